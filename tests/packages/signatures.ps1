# Checks the signatures of the packages of a release: each file that Windows can sign, and the catalog of the module. Runs on Windows,
# with Windows PowerShell 5.1 and PowerShell 7.
[CmdletBinding()]
param(
    # The folder with the packages.
    [Parameter(Mandatory)] [string] $Dist,
    # A new folder, into which they are unpacked.
    [Parameter(Mandatory)] [string] $Work
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2
Add-Type -AssemblyName System.IO.Compression.FileSystem
$kinds = '.dll', '.exe', '.psd1', '.psm1', '.ps1', '.ps1xml', '.cat'

$signers = @()
$count = 0
foreach ($package in Get-ChildItem $Dist | Where-Object Extension -In '.nupkg', '.whl', '.zip') {
    $folder = Join-Path $Work $package.Name
    [IO.Compression.ZipFile]::ExtractToDirectory($package.FullName, $folder)
    foreach ($file in Get-ChildItem -LiteralPath $folder -Recurse -File | Where-Object Extension -In $kinds) {
        $signature = Get-AuthenticodeSignature -LiteralPath $file.FullName
        if ($signature.Status -ne 'Valid') { throw "$($package.Name): $($file.Name): $($signature.Status): $($signature.StatusMessage)" }
        if (-not $signature.TimeStamperCertificate) { throw "$($package.Name): $($file.Name) has no time stamp" }
        $signers += $signature.SignerCertificate.Subject
        $count++
    }
    if ($package.Name -notmatch '^StoreShip\.[0-9].*\.nupkg$') { continue }
    # What describes the package is not installed.
    foreach ($name in '_rels', 'package', '[Content_Types].xml', 'StoreShip.nuspec') {
        Remove-Item -LiteralPath (Join-Path $folder $name) -Recurse -Force
    }
    $catalog = Join-Path $folder 'StoreShip.cat'
    $result = Test-FileCatalog -Path $folder -CatalogFilePath $catalog -FilesToSkip 'StoreShip.cat' -Detailed
    if ($result.Status -ne 'Valid') { throw "the catalog is $($result.Status): $($result.CatalogItems.Count) files, the module has $($result.PathItems.Count)" }
    Write-Output "the catalog lists $($result.CatalogItems.Count) files"
}
$signers = @($signers | Sort-Object -Unique)
if ($signers.Count -ne 1) { throw "signed by $($signers -join ' and by ')" }
Write-Output "$count files are signed by $signers"
