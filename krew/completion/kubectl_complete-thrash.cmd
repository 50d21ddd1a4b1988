:: Completes kubectl thrash. Make it in a folder of your PATH, from cmd.exe:
::   kubectl thrash completion kubectl > %USERPROFILE%\.krew\bin\kubectl_complete-thrash.cmd
@kubectl-thrash __complete %*
