# Functions that the tests share: the module, an emulator with a connection, a package, and the recorded requests.

$ErrorActionPreference = 'Stop'
if (-not (Get-Module StoreShip)) {
    if (-not $env:STORESHIP_TEST_MODULE) { throw 'run the tests with run.ps1' }
    Import-Module (Join-Path $env:STORESHIP_TEST_MODULE 'StoreShip.psd1')
}

$App = '9NBLGGH4R315'

# The emulator advances its state with every request, so polling needs no long interval.
$Quick = @{ PollSeconds = 0.01 }

function Connect-Emulator {
    $emulator = Start-StoreEmulator @args
    $null = Connect-Store -Emulator $emulator
    $emulator
}

function Disconnect-Emulator {
    Disconnect-Store
    Stop-StoreEmulator
}

# Runs a script in a runspace of its own, whose host has no prompts, on the connection of the tests. An error is thrown.
function Invoke-InHost([string] $Script) {
    $shell = [powershell]::Create()
    try {
        $null = $shell.AddScript("param(`$module, `$connection) Import-Module `$module; `$PSDefaultParameterValues['*-Store*:Connection'] = `$connection; $Script")
        $shell.AddArgument((Get-Module StoreShip).ModuleBase).AddArgument((Connect-Store -Emulator $emulator)).Invoke()
        if ($shell.Streams.Error.Count) { throw $shell.Streams.Error[0] }
    }
    finally { $shell.Dispose() }
}

# The requests that the emulator recorded, oldest first.
function Get-Request([object] $Emulator, [string] $Method = '*', [string] $Path = '*') {
    $client = New-Object System.Net.WebClient
    $client.Encoding = [Text.Encoding]::UTF8
    $requests = ConvertFrom-StoreJson $client.DownloadString($Emulator.ControlUrl + 'requests')
    if ($requests -isnot [array]) { $requests = $requests.value }
    @($requests | Where-Object { $_.method -like $Method -and $_.path -like $Path })
}

function Add-Fault([object] $Emulator, [hashtable] $Fault) {
    $client = New-Object System.Net.WebClient
    $client.Headers['Content-Type'] = 'application/json'
    $null = $client.UploadString($Emulator.ControlUrl + 'faults', 'POST', (ConvertTo-StoreJson $Fault))
}

function Send-Control([object] $Emulator, [string] $Method, [string] $Path, [string] $Json = '') {
    $client = New-Object System.Net.WebClient
    $client.Headers['Content-Type'] = 'application/json'
    $client.Encoding = New-Object Text.UTF8Encoding $false
    $null = $client.UploadString($Emulator.ControlUrl + $Path, $Method, $Json)
}

# A connection that has no token yet and retries at once, with any credential. It is not the default connection. A patch is
# one of the configuration, in JSON.
function New-ImpatientConnection([object] $Emulator, [hashtable] $Credential, [int] $RetryTimeoutSeconds = 300, [string] $Patch = '[]') {
    if (-not $Credential) {
        $Credential = @{
            type = 'clientSecret'; tenantId = $Emulator.TenantId; clientId = $Emulator.ClientId; clientSecret = $Emulator.ClientSecret
        }
    }
    $config = ConvertTo-StoreJson @{
        serviceUrl = $Emulator.ServiceUrl; authorityUrl = $Emulator.AuthorityUrl; credential = $Credential
        retry = @{ baseMs = 1; capMs = 5; retryTimeoutSeconds = $RetryTimeoutSeconds }
    }
    $config = Invoke-StoreOperation document.patch ('{"document":' + $config + ',"operations":' + $Patch + '}') -AsJson
    $client = [StoreShip.StoreClient]::Open($config)
    [Activator]::CreateInstance(
        [StoreShip.StoreConnection], [Reflection.BindingFlags] 'NonPublic, Instance', $null,
        @($client, 'clientSecret', $Emulator.TenantId, $Emulator.ClientId, $Emulator.ServiceUrl, $RetryTimeoutSeconds), $null)
}

# The number of requests that have matched a fault so far. A fault that delays the response counts at the request.
function Get-FaultUse([object] $Emulator) {
    $faults = ConvertFrom-StoreJson (New-Object System.Net.WebClient).DownloadString($Emulator.ControlUrl + 'faults')
    if ($faults -isnot [array]) { $faults = $faults.value }
    ($faults | Measure-Object -Property used -Sum).Sum
}

# Publishes a submission with a gradual rollout.
function Publish-Rollout([double] $Percentage = 10) {
    $rollout = '/packageDeliveryOptions/packageRollout/'
    Publish-StoreSubmission $App -Edit @{ ($rollout + 'isPackageRollout') = $true; ($rollout + 'packageRolloutPercentage') = $Percentage } `
        -Until published @Quick -Confirm:$false
}

# Creates a small app package: a ZIP with the required parts.
function New-TestPackage([string] $Path, [string] $Version = '1.2.0.0') {
    Add-Type -AssemblyName System.IO.Compression
    $stream = [IO.File]::Create($Path)
    $zip = New-Object System.IO.Compression.ZipArchive $stream, ([IO.Compression.ZipArchiveMode]::Create)
    $parts = @{
        '[Content_Types].xml' = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/vnd.ms-appx.manifest+xml"/><Override PartName="/AppxBlockMap.xml" ContentType="application/vnd.ms-appx.blockmap+xml"/></Types>'
        'AppxBlockMap.xml'    = '<BlockMap xmlns="http://schemas.microsoft.com/appx/2010/blockmap" HashMethod="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        'AppxManifest.xml'    = @"
<?xml version="1.0" encoding="utf-8"?>
<Package xmlns="http://schemas.microsoft.com/appx/manifest/foundation/windows10">
  <Identity Name="5224ContosoDeveloper.ContosoSampleApp" Publisher="CN=2F1A8B4C-5D6E-4F70-8192-A3B4C5D6E7F8" Version="$Version" ProcessorArchitecture="x64" />
  <Properties><DisplayName>Reader</DisplayName><PublisherDisplayName>Contoso</PublisherDisplayName><Logo>logo.png</Logo></Properties>
  <Resources><Resource Language="en-us" /></Resources>
  <Dependencies><TargetDeviceFamily Name="Windows.Desktop" MinVersion="10.0.17763.0" MaxVersionTested="10.0.22621.0" /></Dependencies>
  <Applications />
</Package>
"@
    }
    foreach ($name in $parts.Keys) {
        $writer = New-Object IO.StreamWriter $zip.CreateEntry($name).Open()
        $writer.Write($parts[$name])
        $writer.Dispose()
    }
    $zip.Dispose()
    $stream.Dispose()
    $Path
}

# The error that a script block ends with; without an error the test fails. The function has no parameters and no
# variables, since they would hide those of the test from the script block.
function Get-Failure {
    try { $null = & $args[0] }
    catch { return $_ }
    throw 'there was no error'
}

# The JSON text of a value. In the mutation check (mutation.ps1), ConvertTo-Json writes it instead of ConvertTo-StoreJson.
$Mutated = $env:STORESHIP_TEST_WRITER -eq 'ConvertTo-Json'

function Write-Document([object] $Value) {
    if ($Mutated) { return ConvertTo-Json -InputObject $Value -Depth 100 -Compress -WarningAction SilentlyContinue }
    ConvertTo-StoreJson -InputObject $Value -Compress
}

# The text that would be sent for an edited object: its baseline with the edits applied.
function Write-Edited([object] $Document) {
    if (-not $Mutated) { return $Document.ToJson() }
    (Merge-Text $Document.StoreBaseline.Text (Write-Document $Document)).Text
}

# Merges an edited text into a baseline. Guards has the ids of the guards that refused it; otherwise Text and Edits have
# the result.
function Merge-Text([string] $Baseline, [string] $Edited) {
    $request = '{"baseline":' + $Baseline + ',"edited":' + $Edited + '}'
    try { $text = Invoke-StoreOperation document.merge $request -AsJson }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'document.damaged,*') { throw }
        $places = @(ConvertFrom-StoreJson $_.Exception.DetailsJson)
        return [pscustomobject]@{ Guards = @($places.code | Select-Object -Unique); Text = $null; Edits = @() }
    }
    $meta = [StoreShip.StoreClient]::Offline.Invoke('document.merge', $request).Meta
    [pscustomobject]@{ Guards = @(); Text = $text; Edits = @((ConvertFrom-StoreJson $meta).edits) }
}
