:: Completes kubectl explainfields. Make it in a folder of your PATH, from cmd.exe:
::   kubectl explainfields completion kubectl > %USERPROFILE%\.krew\bin\kubectl_complete-explainfields.cmd
@kubectl-explainfields __complete %*
