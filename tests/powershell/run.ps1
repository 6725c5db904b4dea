# Runs all tests against a copy of the built module. STORESHIP_MODULE names the built module folder; without it
# target/powershell/StoreShip is taken. Needs Pester 5 or later. Ends with exit code 1 when a test fails.
[CmdletBinding()]
param(
    # Run only the files whose name matches.
    [string] $Filter = '*'
)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0

$built = $env:STORESHIP_MODULE
if (-not $built) {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $built = Join-Path $root 'target/powershell/StoreShip'
}
if (-not (Test-Path (Join-Path $built 'StoreShip.psd1'))) {
    throw "$built is not the built module; run powershell/build.ps1"
}

# The module is tested as a copy, so that a dependency on its build folder fails.
$work = Join-Path ([IO.Path]::GetTempPath()) ('storeship-test-' + [Guid]::NewGuid().ToString('n'))
$null = New-Item -ItemType Directory $work
$env:STORESHIP_TEST_MODULE = Join-Path $work 'StoreShip'
$failed = 1
try {
    Copy-Item $built $env:STORESHIP_TEST_MODULE -Recurse
    # The filter Catalogue also selects the sections, in the files Catalogue-*.
    $files = Get-ChildItem $PSScriptRoot -Filter '*.Tests.ps1' |
        Where-Object { $_.Name -like "$Filter.Tests.ps1" -or $_.Name -like "$Filter-*.Tests.ps1" } | ForEach-Object { $_.FullName }
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = @($files)
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $result = Invoke-Pester -Configuration $configuration
    # A block or file that could not run counts as failed.
    $failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    if ($result.PassedCount -eq 0) { $failed = 1 }
    foreach ($test in $result.Skipped) { Write-Output "not run: $($test.ExpandedPath): skipped on this system" }
    Write-Output "$($result.PassedCount) passed, $failed failed"
    if ('Catalogue' -like $Filter -and $PSVersionTable.PSVersion.Major -ge 7) {
        & "$PSScriptRoot/mutation.ps1"
        if ($LASTEXITCODE -ne 0) { $failed++ }
    }
}
finally {
    Remove-Module StoreShip -ErrorAction SilentlyContinue
    # On Windows the libraries stay locked until the process ends.
    Remove-Item $work -Recurse -Force -ErrorAction SilentlyContinue
}
exit [Math]::Min(1, $failed)
