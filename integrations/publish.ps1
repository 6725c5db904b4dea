# Publishes a release to the Microsoft Store: the step of the GitHub action and of the Azure Pipelines template in this folder.
# Its parameters are variables of the environment, so that no value of a workflow is ever a part of a script.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

# The release that this file is part of: the module of the same one is installed, unless the step names another version.
$ownVersion = '0.1.0'

function Get-Value([string] $Name) { "$([Environment]::GetEnvironmentVariable("STORESHIP_$Name"))".Trim() }

# The parameters of a cmdlet whose variables have a value.
function Get-Parameters([Collections.IDictionary] $Names) {
    $found = @{}
    foreach ($name in $Names.Keys) {
        $value = Get-Value $Names[$name]
        if ($value) { $found[$name] = $value }
    }
    $found
}

function Set-Output([string] $Name, [string] $Value) {
    if ($env:GITHUB_OUTPUT) { [IO.File]::AppendAllText($env:GITHUB_OUTPUT, "$Name=$Value`n") }
    elseif ($env:TF_BUILD) { Write-Host "##vso[task.setvariable variable=$Name;isOutput=true]$Value" }
}

# An error or a warning as an annotation of the run. A line end, and on GitHub a percent sign, would end it or change it.
function Write-Annotation([string] $Kind, [string] $Text) {
    if ($env:GITHUB_ACTIONS) { Write-Host "::$Kind title=StoreShip::$($Text.Replace('%', '%25').Replace("`r", '%0D').Replace("`n", '%0A'))" }
    elseif ($env:TF_BUILD) { Write-Host "##vso[task.logissue type=$Kind]$($Text -replace '[\r\n]+', ' ')" }
}

# Refuses what is surely a mistake, before anything is installed. A variable that is not set gives an empty text: that must not
# send a release of a flight, or a part of a rollout, to everybody.
function Assert-Parameters {
    $mode = Get-Value 'MODE'
    if ($mode -cnotin 'publish', 'draft', 'commit', 'plan') { throw "mode is publish, draft, commit or plan, not '$mode'" }
    if ($mode -eq 'commit') {
        if (-not (Get-Value 'RECEIPT')) { throw 'the mode commit needs the receipt of the draft' }
        return
    }
    if (-not (Get-Value 'FLIGHT')) { throw "flight is empty; it is the name of a flight, or 'none' for a release for everybody" }
    if (-not (Get-Value 'ROLLOUT')) { throw "rollout is empty; it is a percentage, or 'none' for all customers at once" }
}

function Get-ModuleVersion {
    $version = Get-Value 'MODULE_VERSION'
    if (-not $version) { return $ownVersion }
    if ($version -notmatch '^\d+\.\d+\.\d+(-[0-9A-Za-z]+)?$') { throw "version is one version such as $ownVersion, not '$version'" }
    $version
}

# Installs one version and imports that one, also where the machine has a newer one.
function Import-Storeship([string] $Version) {
    $install = Get-Parameters @{ Repository = 'REPOSITORY' }
    if (Get-Command Install-PSResource -ErrorAction Ignore) {
        Install-PSResource StoreShip @install -Version $Version -Scope CurrentUser -TrustRepository
    }
    else {
        if ($Version.Contains('-')) { $install['AllowPrerelease'] = $true }
        Install-Module StoreShip @install -RequiredVersion $Version -Scope CurrentUser -Force
    }
    # Releases and pre-releases of one number have the same folder, so at most one of them is there.
    $number, $label = $Version -split '-', 2
    $module = Import-Module StoreShip -RequiredVersion $number -PassThru
    $found = "$($module.PrivateData['PSData']['Prerelease'])".TrimStart('-')
    if ($found -ne "$label") { throw "StoreShip $Version is not installed, but '$found' of $number" }
}

function Connect-Build {
    $connect = Get-Parameters @{
        TenantId = 'TENANT_ID'; ClientId = 'CLIENT_ID'; ServiceUrl = 'SERVICE_URL'; AuthorityUrl = 'AUTHORITY_URL'
    }
    if ($env:GITHUB_ACTIONS) { $connect['GitHubActions'] = $true }
    else {
        $connect['AzurePipelines'] = $true
        $connect += Get-Parameters @{ ServiceConnectionId = 'SERVICE_CONNECTION_ID' }
    }
    $null = Connect-Store @connect
}

# The parameters of the release; packages are one path or pattern a line.
function Get-Release {
    $release = Get-Parameters @{
        AppId = 'APP_ID'; FlightName = 'FLIGHT'; ReleasePath = 'RELEASE'; ReleaseNotesPath = 'RELEASE_NOTES'
        ListingPath = 'LISTING'; Rollout = 'ROLLOUT'
    }
    foreach ($name in 'FlightName', 'Rollout') {
        if ($release[$name] -eq 'none') { $release.Remove($name) }
    }
    $packages = @((Get-Value 'PACKAGES') -split '\r?\n' | ForEach-Object { $_.Trim() } | Where-Object { $_ })
    if ($packages) { $release['PackagePath'] = $packages }
    $release
}

# Annotates what the Store would refuse, and stops for it before anything is sent.
function Test-Release([Collections.IDictionary] $Release) {
    $check = @{}
    foreach ($name in 'PackagePath', 'ListingPath', 'ReleasePath') {
        if ($Release.Contains($name)) { $check[$name] = $Release[$name] }
    }
    if ($check.Count -eq 0) { return }
    $service = if ($env:GITHUB_ACTIONS) { 'GitHub' } else { 'Azure' }
    if (-not (Test-StoreSubmission @check -Annotations $service -Quiet)) { throw 'the Store would refuse this release; see the annotations' }
}

# Commits the draft that an earlier job has left for a look, unless it was changed since.
function Complete-Draft([string] $Until) {
    $draft = ConvertFrom-StoreJson -Path (Get-Value 'RECEIPT')
    $committed = $draft | Complete-StoreSubmission -Confirm:$false
    if ($Until -eq 'committed') { $committed } else { $draft | Wait-StoreSubmission -Until $Until }
}

# A new folder for the files of this step: a job may have several.
function New-Folder([string] $Id) {
    $root = Get-Value 'OUTPUT'
    if (-not $root) { $root = Join-Path ([IO.Path]::GetTempPath()) 'storeship' }
    (New-Item -ItemType Directory -Force (Join-Path $root $Id)).FullName
}

# The name of the artifact. That of a step which names none has its mode, its job and the attempt, and is unlike any other one,
# since a run takes each name once.
function Get-ArtifactName([string] $Id) {
    $name = Get-Value 'ARTIFACT'
    if ($name -ne 'auto') { return $name }
    $job, $attempt = "$env:GITHUB_JOB$env:SYSTEM_JOBNAME", "$env:GITHUB_RUN_ATTEMPT$env:SYSTEM_JOBATTEMPT"
    @('storeship', (Get-Value 'MODE'), ($job -replace '[^0-9A-Za-z_-]', '_'), $attempt, $Id | Where-Object { $_ }) -join '-'
}

# The page that shows what a draft changes. The draft is good without it.
function Write-Preview([object] $Draft, [string] $Path) {
    try {
        $null = $Draft | Show-StoreSubmission -OutputPath $Path
        Set-Output 'preview' $Path
    }
    catch { Write-Annotation 'warning' "there is no preview: $_" }
}

function Publish-Build {
    $id = [Guid]::NewGuid().ToString('N').Substring(0, 8)
    $folder = New-Folder $id
    $receipt = Join-Path $folder 'receipt.json'
    $summary = Join-Path $folder 'summary.md'
    if ($env:GITHUB_STEP_SUMMARY) { $summary = $env:GITHUB_STEP_SUMMARY }
    $until = Get-Value 'UNTIL'
    if (-not $until) { $until = 'processing' }
    $mode = Get-Value 'MODE'
    if ($mode -ne 'commit') {
        $release = Get-Release
        Test-Release $release
    }
    switch ($mode) {
        'publish' { $result = Publish-StoreSubmission @release -SummaryPath $summary -Until $until -Confirm:$false }
        'draft' { $result = Publish-StoreSubmission @release -SummaryPath $summary -NoCommit -Confirm:$false }
        'commit' { $result = Complete-Draft $until }
        'plan' { $result = Publish-StoreSubmission @release -SummaryPath $summary -WhatIf }
    }
    if ($env:TF_BUILD -and (Test-Path $summary)) { Write-Host "##vso[task.uploadsummary]$summary" }
    $result | ConvertTo-StoreJson -Path $receipt -Force
    Set-Output 'receipt' $receipt
    Set-Output 'folder' $folder
    Set-Output 'artifact' (Get-ArtifactName $id)
    foreach ($name in 'submissionId', 'status', 'changed') {
        $property = $result.PSObject.Properties[$name]
        if ($property) { Set-Output $name "$($property.Value)" }
    }
    if ($mode -eq 'draft' -and $result.changed) { Write-Preview $result (Join-Path $folder 'preview.html') }
    $result
}

try {
    Assert-Parameters
    Import-Storeship (Get-ModuleVersion)
    Connect-Build
    Publish-Build
}
catch {
    Write-Annotation 'error' "$_"
    throw
}
