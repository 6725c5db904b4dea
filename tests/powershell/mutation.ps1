# The mutation check: runs the catalogue with ConvertTo-Json -Depth 100 instead of the module's writer. At least one case of each
# section from A to H must fail then, or the section proves nothing. run.ps1 runs it after the tests. Prints the cases
# that failed, and exits with 1 if a section has none.
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Pester)) { Import-Module Pester -MinimumVersion 5.0 }
if (-not $env:STORESHIP_TEST_MODULE) {
    $env:STORESHIP_TEST_MODULE = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'target/powershell/StoreShip'
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = @(Get-ChildItem $PSScriptRoot -Filter 'Catalogue-*.Tests.ps1' | ForEach-Object { $_.FullName })
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$before = $env:STORESHIP_TEST_WRITER
$env:STORESHIP_TEST_WRITER = 'ConvertTo-Json'
try { $result = Invoke-Pester -Configuration $configuration 6>$null }
finally { $env:STORESHIP_TEST_WRITER = $before }

$failed = 0
# A file or block that could not run would count as a failed case.
if ($result.FailedBlocksCount + $result.FailedContainersCount -gt 0 -or $result.PassedCount -eq 0) {
    Write-Output 'the catalogue could not be run with the other writer'
    $failed = 1
}
foreach ($section in 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H') {
    $cases = @($result.Failed | ForEach-Object { ($_.Name -split ' ')[0] } | Where-Object { $_ -cmatch "^$section\d" })
    if ($cases.Count -eq 0) {
        Write-Output "section ${section}: no case fails with the other writer"
        $failed = 1
    }
    else { Write-Output "section ${section}: $cases" }
}
exit $failed
