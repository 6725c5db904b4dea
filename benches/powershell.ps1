# Compares the module's JSON cmdlets with the built-in ones: text to objects and back, on documents of about 50 KB, 1 MB and
# 20 MB that are made of an example of the contract. Both run alternately in this process. Prints the median of the rounds;
# ratio is our time divided by the built-in one. STORESHIP_MODULE names the folder of the built module; the default is
# target/powershell/StoreShip. Measure a Release build.
[CmdletBinding()]
param(
    [int] $Rounds = 7,
    [long[]] $Size = (50KB, 1MB, 20MB)
)

$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$built = $env:STORESHIP_MODULE
if (-not $built) { $built = Join-Path $root 'target/powershell/StoreShip' }
Import-Module (Join-Path $built 'StoreShip.psd1')

$example = [IO.File]::ReadAllText((Join-Path $root 'tests/contract/examples/resource.ApplicationSubmission.json')).Trim()

# A document with as many submissions as the size needs.
function New-Document([int] $Bytes) {
    $parts = New-Object 'Collections.Generic.List[string]'
    for ($length = 0; $length -lt $Bytes; $length += $example.Length) { $parts.Add("`"s$($parts.Count)`": $example") }
    '{' + ($parts -join ",`n") + '}'
}

function Get-Median([double[]] $Values) { ($Values | Sort-Object)[[Math]::Floor($Values.Count / 2)] }

function Get-Milliseconds([scriptblock] $Work, [object] $Value) {
    # Otherwise the garbage of the previous measurement would be collected during this one.
    [GC]::Collect()
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Work $Value
    $watch.Stop()
    $watch.Elapsed.TotalMilliseconds
}

$works = [ordered]@{
    'built-in read'  = { $args[0].Text | ConvertFrom-Json }
    'ours read'      = { $args[0].Text | ConvertFrom-StoreJson }
    'built-in write' = { ConvertTo-Json -InputObject $args[0].Theirs -Depth 100 -Compress }
    'ours write'     = { ConvertTo-StoreJson -InputObject $args[0].Ours -Compress }
    'built-in'       = { $args[0].Text | ConvertFrom-Json | ConvertTo-Json -Depth 100 -Compress }
    'ours'           = { $args[0].Text | ConvertFrom-StoreJson | ConvertTo-StoreJson -Compress }
    'ours edited'    = { ($args[0].Text | ConvertFrom-StoreJson).ToJson() }
}

foreach ($bytes in $Size) {
    $text = New-Document $bytes
    $document = @{ Text = $text; Theirs = ConvertFrom-Json $text; Ours = ConvertFrom-StoreJson $text }
    $times = @{}
    foreach ($name in $works.Keys) {
        $times[$name] = New-Object 'Collections.Generic.List[double]'
        # The first call compiles.
        foreach ($warm in 1..$(if ($bytes -lt 10MB) { 3 } else { 1 })) { $null = Get-Milliseconds $works[$name] $document }
    }
    foreach ($round in 1..$Rounds) {
        foreach ($name in $works.Keys) { $times[$name].Add((Get-Milliseconds $works[$name] $document)) }
    }
    $median = @{}
    foreach ($name in $works.Keys) { $median[$name] = Get-Median $times[$name] }
    Write-Output ('{0:n0} KB' -f ($text.Length / 1KB))
    foreach ($pair in @('read', ' read'), @('write', ' write'), @('text to text', '')) {
        $theirs = $median["built-in$($pair[1])"]
        $ours = $median["ours$($pair[1])"]
        Write-Output ('  {0,-12}  ours {1,7:n2} ms  built-in {2,7:n2} ms  ratio {3:n2}' -f $pair[0], $ours, $theirs, ($ours / $theirs))
    }
    Write-Output ('  with the merge into the text that came (ToJson) {0,7:n2} ms' -f $median['ours edited'])
}
