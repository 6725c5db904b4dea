# Publishes a release on the emulator. Build the module first (powershell/build.ps1), then run this file.
# For the Store itself, leave out the emulator and connect with
#     Connect-Store -FromEnvironment
[CmdletBinding()]
param(
    # The package to publish. The default is a small sample package of the emulator.
    [string] $PackagePath,
    # The folder of the module. The default is the folder that build.ps1 builds.
    [string] $ModulePath = (Join-Path (Split-Path $PSScriptRoot) 'target/powershell/StoreShip')
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath

$folder = Join-Path ([IO.Path]::GetTempPath()) ('storeship-' + [Guid]::NewGuid().ToString('n'))
$emulator = Start-StoreEmulator
try {
    $null = Connect-Store -Emulator $emulator
    $app = Get-StoreApp | Select-Object -First 1
    Write-Output "$($app.id)  $($app.primaryName)"

    if (-not $PackagePath) {
        $PackagePath = Join-Path (New-Item -ItemType Directory $folder).FullName 'Contoso_2.0.0.0_x64.msix'
        (New-Object Net.WebClient).DownloadFile("$($emulator.ControlUrl)package?version=2.0.0.0", $PackagePath)
    }
    $release = @{
        PackagePath  = $PackagePath
        ReleaseNotes = @{
            'en-us'   = 'Starts twice as fast'
            'default' = 'Startet doppelt so schnell'
        }
    }

    # The plan of the release, without changing anything.
    $plan = $app | Publish-StoreSubmission @release -WhatIf
    $plan.edits | ForEach-Object { Write-Output "plan: $($_.op) $($_.path)" }

    # The release, with a progress bar; it is refused if its plan is another one by now. A build usually waits for
    # 'processing', since certification takes hours or days; the emulator publishes at once.
    $plan | Publish-StoreSubmission @release -Until published -Confirm:$false

    # The same release again has nothing to do, so that a build can be run again.
    $again = $app | Publish-StoreSubmission @release -Until published -Confirm:$false
    Write-Output "again: changed $($again.changed)"
}
finally {
    Disconnect-Store
    Stop-StoreEmulator $emulator
    if (Test-Path $folder) { Remove-Item $folder -Recurse }
}
