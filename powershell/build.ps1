# Builds the module in target/powershell/StoreShip. The folder is self-contained and can be copied anywhere.
# Needs cargo and the .NET SDK on the PATH. Runs on Windows PowerShell 5.1 and PowerShell 7.
[CmdletBinding()]
param(
    # The build of the native library. Debug takes less time and gives a larger library.
    [ValidateSet('Release', 'Debug')] [string] $Configuration = 'Release',
    # Do not run cargo; take the native library and the emulator from target/release or target/debug.
    [switch] $SkipNative,
    # Do not run cargo; take the native library and the emulator from this folder.
    [string] $NativePath,
    # Write the pages of docs/cmdlets from the help of the cmdlets.
    [switch] $Docs
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$root = Split-Path $PSScriptRoot
$target = Join-Path $root 'target'
$output = Join-Path (Join-Path $target 'powershell') 'StoreShip'

function Invoke-Tool([string] $Name, [string[]] $Arguments) {
    & $Name @Arguments | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "$Name failed with exit code $LASTEXITCODE" }
}

function Get-NativeNames {
    if (-not (Test-Path Variable:IsWindows) -or $IsWindows) { return 'storeship.dll', 'storeship-emulator.exe' }
    if ($IsMacOS) { return 'libstoreship.dylib', 'storeship-emulator' }
    'libstoreship.so', 'storeship-emulator'
}

function Get-RuntimeIdentifier {
    $system = 'linux'
    # Alpine Linux: the C library is in the list of the mapped files.
    if ((Test-Path /proc/self/maps) -and [IO.File]::ReadAllText('/proc/self/maps') -match '/ld-musl-|/libc\.musl-') { $system = 'linux-musl' }
    if (-not (Test-Path Variable:IsWindows) -or $IsWindows) { $system = 'win' } elseif ($IsMacOS) { $system = 'osx' }
    $architecture = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture
    "$system-$("$architecture".ToLowerInvariant())"
}

# A field of the package in Cargo.toml; empty if it has none.
function Get-CrateField([string] $Name) {
    $line = [IO.File]::ReadAllLines((Join-Path $root 'Cargo.toml')) | Where-Object { $_ -match "^$Name = " } | Select-Object -First 1
    "$line" -replace '^\w+ = "([^"]+)".*', '$1'
}

$version = Get-CrateField 'version'
$profileName = $Configuration.ToLowerInvariant()
if (-not $SkipNative -and -not $NativePath) {
    $cargo = @('build', '--manifest-path', (Join-Path $root 'Cargo.toml'), '--lib', '--bin', 'storeship-emulator')
    if ($Configuration -eq 'Release') { $cargo += '--release' }
    Invoke-Tool 'cargo' $cargo
}
if (-not $NativePath) { $NativePath = Join-Path $target $profileName }

$project = Join-Path (Join-Path $PSScriptRoot 'StoreShip') 'StoreShip.csproj'
Invoke-Tool 'dotnet' @('build', $project, '-c', 'Release', '-nologo', '-v', 'quiet')
$managed = Join-Path $target 'dotnet/bin/StoreShip/Release/netstandard2.0'
$assembly = "StoreShip.Cmdlets-$version"

# The folder is deleted first, so that no file of an earlier build remains.
if (Test-Path $output) { Remove-Item $output -Recurse -Force }
$native = Join-Path (Join-Path $output 'bin') (Get-RuntimeIdentifier)
$help = Join-Path $output 'en-US'
$null = New-Item -ItemType Directory -Force $output, $native, $help
Copy-Item (Join-Path $managed "$assembly.dll") $output
Copy-Item (Join-Path $PSScriptRoot 'StoreShip/StoreShip.Format.ps1xml') $output
# The objects that a job returns have the same members as those of the cmdlets.
$types = New-Object System.Xml.XmlDocument
$types.PreserveWhitespace = $true
$types.Load((Join-Path $PSScriptRoot 'StoreShip/StoreShip.Types.ps1xml'))
foreach ($type in @($types.SelectNodes('/Types/Type'))) {
    $copy = $type.CloneNode($true)
    $copy.SelectSingleNode('Name').InnerText = 'Deserialized.' + $copy.SelectSingleNode('Name').InnerText
    $null = $types.DocumentElement.AppendChild($copy)
}
$types.Save((Join-Path $output 'StoreShip.Types.ps1xml'))
Copy-Item (Join-Path $PSScriptRoot 'StoreShip/en-US/*') $help
foreach ($name in Get-NativeNames) {
    $file = Join-Path $NativePath $name
    if (-not (Test-Path $file)) { throw "$file is missing; build it with cargo, or without -SkipNative" }
    Copy-Item $file $native
}
# A program that is linked with the library loads it by its SONAME, which has the ABI version.
if ((Test-Path Variable:IsLinux) -and $IsLinux) {
    $null = New-Item -ItemType SymbolicLink -Path (Join-Path $native 'libstoreship.so.1') -Target 'libstoreship.so'
}

$manifest = [IO.File]::ReadAllText((Join-Path $PSScriptRoot 'StoreShip/StoreShip.psd1'))
# A module version has no pre-release part; a gallery takes it from a field of its own, of letters and digits.
$manifest = [regex]::Replace($manifest, "(ModuleVersion\s*=\s*)'[^']*'", "`${1}'$($version -replace '[-+].*')'")
$address = Get-CrateField 'repository'
$fields = ''
if ($version -match '-([^+]+)') { $fields += "Prerelease = '$($Matches[1] -replace '[^0-9A-Za-z]')'; " }
if ($address) { $fields += "ProjectUri = '$($address.Replace("'", "''"))'; " }
$manifest = $manifest.Replace('PSData = @{', "PSData = @{ $fields".TrimEnd())
$manifest = $manifest.Replace("'StoreShip.Cmdlets.dll'", "'$assembly.dll'")
[IO.File]::WriteAllText((Join-Path $output 'StoreShip.psd1'), $manifest)

$engine = (Get-Process -Id $PID).Path
Invoke-Tool $engine @(
    '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'help.ps1'),
    '-ModulePath', (Join-Path $output 'StoreShip.psd1'),
    '-DocumentationPath', (Join-Path $managed "$assembly.xml"),
    '-OutputPath', (Join-Path $help "$assembly.dll-Help.xml"))

# The pages that Get-Help names.
& (Join-Path $PSScriptRoot 'pages.ps1') -Path (Join-Path $root 'docs') -OutputPath (Join-Path $output 'docs') -Address $address -Version $version
& (Join-Path $PSScriptRoot 'address.ps1') -ModulePath $output -Address $address -Version $version

if ($Docs) { & (Join-Path $PSScriptRoot 'docs.ps1') -ModulePath $output -OutputPath (Join-Path $root 'docs/cmdlets') }

Write-Output $output
