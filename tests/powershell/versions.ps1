# Imports two releases of the module in one session, in both orders, and one module whose library is of another release.
# Each order runs in its own process, since a loaded assembly stays loaded until the process ends.
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $This,
    [Parameter(Mandatory = $true)] [string] $Other,
    [Parameter(Mandatory = $true)] [string] $Mixed,
    [Parameter(Mandatory = $true)] [string] $ThisVersion,
    [Parameter(Mandatory = $true)] [string] $OtherVersion,
    [switch] $OtherFirst
)

$ErrorActionPreference = 'Stop'

function Assert-Equal([object] $Actual, [object] $Expected, [string] $What) {
    if ("$Actual" -cne "$Expected") { throw "${What}: expected '$Expected', got '$Actual'" }
}

function Assert-Import([string] $Path, [string] $Version) {
    Import-Module $Path -Force
    Assert-Equal (Get-Module StoreShip).Version.ToString() $Version 'the imported version'
    Assert-Equal (Invoke-StoreOperation library.info).version $Version 'the version of the library that answers'
}

$first = @{ Path = $This; Version = $ThisVersion }
$second = @{ Path = $Other; Version = $OtherVersion }
if ($OtherFirst) { $first, $second = $second, $first }

# The state after Update-Module: the first release is in use, or was removed.
Assert-Import @first
Remove-Module StoreShip
Assert-Import @second
Remove-Module StoreShip
Assert-Import @first
Remove-Module StoreShip

# A copy of a release counts as the same release.
$copy = Join-Path ([IO.Path]::GetTempPath()) ('storeship-copy-' + [Guid]::NewGuid().ToString('n'))
try {
    $null = New-Item -ItemType Directory $copy
    Copy-Item $first.Path (Join-Path $copy 'StoreShip') -Recurse
    Assert-Import (Join-Path $copy 'StoreShip') $first.Version
    Remove-Module StoreShip
}
finally { Remove-Item $copy -Recurse -Force -ErrorAction SilentlyContinue }

if (-not $OtherFirst) {
    $engine = (Get-Process -Id $PID).Path
    & $engine -NoProfile -NonInteractive -File $PSCommandPath @PSBoundParameters -OtherFirst
    if ($LASTEXITCODE -ne 0) { throw 'the other order failed' }

    # An assembly with the library of another release, in a process of its own.
    $script = {
        param($module)
        Import-Module $module
        try { Invoke-StoreOperation library.info }
        catch { $_.FullyQualifiedErrorId; $_.Exception.Message; $_.ErrorDetails.RecommendedAction; $_.Exception.Hint }
    }
    $output = (& $engine -NoProfile -NonInteractive -Command $script -args $Mixed) -join "`n"
    foreach ($part in 'library.version_mismatch,', $ThisVersion, $OtherVersion, (Join-Path $Mixed 'bin'), (Join-Path $Mixed 'StoreShip.Cmdlets'), 'start a new session') {
        if (-not $output.Contains($part)) { throw "'$part' is not in the error: $output" }
    }
    'both versions work'
}
