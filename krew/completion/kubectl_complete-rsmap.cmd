:: Completes kubectl rsmap. Make it in a folder of your PATH, from cmd.exe:
::   kubectl rsmap completion kubectl > %USERPROFILE%\.krew\bin\kubectl_complete-rsmap.cmd
@kubectl-rsmap __complete %*
