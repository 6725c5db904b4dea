# The mutation check: runs the catalogue with ConvertTo-Json -Depth 100 in the place of our writer. Every section from A
# to H has to notice; one that does not is blind. run.ps1 calls it after the tests, with the module copied. Prints the
# cases that noticed and ends with exit code 1 when a section is blind.
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

$blind = 0
# A file or a block that could not run proves nothing.
if ($result.FailedBlocksCount + $result.FailedContainersCount -gt 0 -or $result.PassedCount -eq 0) {
    Write-Output 'the catalogue could not be run with the other writer'
    $blind = 1
}
foreach ($section in 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H') {
    $noticed = @($result.Failed | ForEach-Object { ($_.Name -split ' ')[0] } | Where-Object { $_ -cmatch "^$section\d" })
    if ($noticed.Count -eq 0) {
        Write-Output "section ${section} does not notice"
        $blind = 1
    }
    else { Write-Output "section ${section}: $noticed" }
}
exit $blind
