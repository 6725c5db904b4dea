# A release on the emulator, in PowerShell. Build the module first (powershell/build.ps1), then run this file.
# With the Store itself, leave the emulator out and write
#     Connect-Store -FromEnvironment
[CmdletBinding()]
param(
    # The package to publish; without it a small one is made.
    [string] $PackagePath,
    # The module, when it is not the one that was built here.
    [string] $ModulePath = (Join-Path (Split-Path $PSScriptRoot) 'target/powershell/StoreShip')
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath

# A package of one manifest, which is all that the emulator looks at.
function New-SamplePackage {
    Add-Type -AssemblyName System.IO.Compression
    $path = Join-Path ([IO.Path]::GetTempPath()) 'Reader_2.0.0.0_x64.msix'
    $file = [IO.File]::Create($path)
    $zip = New-Object System.IO.Compression.ZipArchive $file, ([IO.Compression.ZipArchiveMode]::Create)
    $manifest = New-Object IO.StreamWriter $zip.CreateEntry('AppxManifest.xml').Open()
    $manifest.Write(@'
<?xml version="1.0" encoding="utf-8"?>
<Package xmlns="http://schemas.microsoft.com/appx/manifest/foundation/windows10">
  <Identity Name="Contoso.Reader" Publisher="CN=Contoso" Version="2.0.0.0" ProcessorArchitecture="x64" />
</Package>
'@)
    $manifest.Dispose()
    $zip.Dispose()
    $file.Dispose()
    $path
}

$emulator = Start-StoreEmulator
try {
    $null = Connect-Store -Emulator $emulator
    $app = Get-StoreApp | Select-Object -First 1
    Write-Output "$($app.id)  $($app.primaryName)"

    if (-not $PackagePath) { $PackagePath = New-SamplePackage }
    $notes = @{
        'en-us' = 'Starts twice as fast'
        'de-de' = 'Startet doppelt so schnell'
    }

    # What would be done, without doing it.
    $plan = $app | Publish-StoreSubmission -PackagePath $PackagePath -ReleaseNotes $notes -WhatIf
    $plan.edits | ForEach-Object { Write-Output "will $($_.op) $($_.path)" }

    # The release itself, with a progress bar. A build waits for 'processing'; the emulator has no queue of people.
    $app | Publish-StoreSubmission -PackagePath $PackagePath -ReleaseNotes $notes -Until published -PollSeconds 0.05 -Confirm:$false
}
finally {
    Disconnect-Store
    Stop-StoreEmulator $emulator
}
