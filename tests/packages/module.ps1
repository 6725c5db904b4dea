# Installs the module from its package as a user does, imports it and publishes a release on its emulator. Runs on Windows
# PowerShell 5.1 and PowerShell 7. Start it with a home folder that is empty: the module is installed into it.
[CmdletBinding()]
param(
    # The folder with the package: it becomes a repository.
    [Parameter(Mandatory)] [string] $Feed,
    # An empty folder for Save-PSResource and the files of the release.
    [Parameter(Mandatory)] [string] $Work,
    # The commands that install: those of PSResourceGet, or the older ones of PowerShellGet.
    [ValidateSet('PSResourceGet', 'PowerShellGet')] [string] $By = 'PSResourceGet'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2
$saved = Join-Path $Work 'saved'
$null = New-Item -ItemType Directory -Force $saved
if ($By -eq 'PSResourceGet') {
    Register-PSResourceRepository -Name StoreShipTest -Uri $Feed -Trusted
    Save-PSResource StoreShip -Repository StoreShipTest -Path $saved
    Install-PSResource StoreShip -Repository StoreShipTest
}
else {
    Register-PSRepository -Name StoreShipTest -SourceLocation $Feed -InstallationPolicy Trusted
    Save-Module StoreShip -Repository StoreShipTest -Path $saved
    Install-Module StoreShip -Repository StoreShipTest -Scope CurrentUser
}
$manifest = Get-ChildItem $saved -Recurse -Filter StoreShip.psd1
if (@($manifest).Count -ne 1) { throw "Save found $(@($manifest).Count) modules" }
foreach ($file in 'LICENSE', 'THIRD-PARTY-NOTICES.txt') {
    if (-not (Test-Path (Join-Path $manifest.DirectoryName $file))) { throw "the module has no $file" }
}

Import-Module StoreShip
$module = Get-Module StoreShip
Write-Output "installed by ${By}: StoreShip $($module.Version) in $($module.ModuleBase)"
# A package keeps no execute bit; the module starts its emulator nevertheless.
$emulator = Start-StoreEmulator
try {
    $null = Connect-Store -Emulator $emulator
    $package = Join-Path $Work 'Contoso_2.0.0.0_x64.msix'
    (New-Object Net.WebClient).DownloadFile("$($emulator.ControlUrl)package?version=2.0.0.0", $package)
    $app = Get-StoreApp | Select-Object -First 1
    $receipt = $app | Publish-StoreSubmission -PackagePath $package -ReleaseNotes 'Faster start.' -Until published -Confirm:$false
    if ($receipt.status -ne 'Published') { throw "the release is $($receipt.status)" }
    Write-Output "released by the module: $($app.id) is $($receipt.status)"
}
finally {
    Disconnect-Store
    Stop-StoreEmulator $emulator
}
$help = Get-Help Publish-StoreSubmission
if (-not "$($help.Synopsis)".Contains('release')) { throw "the help is missing: $($help.Synopsis)" }
