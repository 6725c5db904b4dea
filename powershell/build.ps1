# Builds the module into target/powershell/StoreShip: a folder that works wherever it is copied to.
# Needs cargo and the .NET SDK on the path; runs on Windows PowerShell 5.1 and PowerShell 7.
[CmdletBinding()]
param(
    # Debug builds the native library faster and larger.
    [ValidateSet('Release', 'Debug')] [string] $Configuration = 'Release',
    # Take the native library and the emulator as they are in target/, without running cargo.
    [switch] $SkipNative,
    # A folder with the native files, instead of target/release or target/debug.
    [string] $NativePath
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
    if (-not (Test-Path Variable:IsWindows) -or $IsWindows) { $system = 'win' } elseif ($IsMacOS) { $system = 'osx' }
    $architecture = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture
    "$system-$("$architecture".ToLowerInvariant())"
}

function Get-CrateVersion {
    $line = [IO.File]::ReadAllLines((Join-Path $root 'Cargo.toml')) | Where-Object { $_ -match '^version = ' } | Select-Object -First 1
    $line -replace '^version = "([^"]+)".*', '$1'
}

$version = Get-CrateVersion
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

# The folder is made anew, so that nothing of an earlier build stays in it.
if (Test-Path $output) { Remove-Item $output -Recurse -Force }
$native = Join-Path (Join-Path $output 'bin') (Get-RuntimeIdentifier)
$help = Join-Path $output 'en-US'
$null = New-Item -ItemType Directory -Force $output, $native, $help
Copy-Item (Join-Path $managed "$assembly.dll") $output
Copy-Item (Join-Path $PSScriptRoot 'StoreShip/StoreShip.Format.ps1xml') $output
Copy-Item (Join-Path $PSScriptRoot 'StoreShip/en-US/*') $help
foreach ($name in Get-NativeNames) {
    $file = Join-Path $NativePath $name
    if (-not (Test-Path $file)) { throw "$file is missing; build it with cargo, or without -SkipNative" }
    Copy-Item $file $native
}
# A program that is linked with the library asks for it by the name with the ABI's version.
if ((Test-Path Variable:IsLinux) -and $IsLinux) {
    $null = New-Item -ItemType SymbolicLink -Path (Join-Path $native 'libstoreship.so.1') -Target 'libstoreship.so'
}

$manifest = [IO.File]::ReadAllText((Join-Path $PSScriptRoot 'StoreShip/StoreShip.psd1'))
# A module version has no pre-release part.
$manifest = [regex]::Replace($manifest, "(ModuleVersion\s*=\s*)'[^']*'", "`${1}'$($version -replace '[-+].*')'")
$manifest = $manifest.Replace("'StoreShip.Cmdlets.dll'", "'$assembly.dll'")
[IO.File]::WriteAllText((Join-Path $output 'StoreShip.psd1'), $manifest)

$engine = (Get-Process -Id $PID).Path
Invoke-Tool $engine @(
    '-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot 'help.ps1'),
    '-ModulePath', (Join-Path $output 'StoreShip.psd1'),
    '-DocumentationPath', (Join-Path $managed "$assembly.xml"),
    '-OutputPath', (Join-Path $help "$assembly.dll-Help.xml"))

Write-Output $output
