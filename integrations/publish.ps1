# Publishes a release to the Microsoft Store: the step of the GitHub action and of the Azure Pipelines template in this folder.
# Its parameters are variables of the environment, so that no value of a workflow is ever a part of a script.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

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

# An error as an annotation of the run. A line end, and on GitHub a percent sign, would end it or change it.
function Write-Annotation([string] $Text) {
    if ($env:GITHUB_ACTIONS) { Write-Host "::error title=StoreShip::$($Text.Replace('%', '%25').Replace("`r", '%0D').Replace("`n", '%0A'))" }
    elseif ($env:TF_BUILD) { Write-Host "##vso[task.logissue type=error]$($Text -replace '[\r\n]+', ' ')" }
}

function Install-Storeship {
    $install = Get-Parameters @{ Version = 'MODULE_VERSION'; Repository = 'REPOSITORY' }
    if (Get-Command Install-PSResource -ErrorAction Ignore) {
        Install-PSResource StoreShip @install -Scope CurrentUser -TrustRepository
        return
    }
    if ($install.ContainsKey('Version')) {
        $install['RequiredVersion'] = $install['Version']
        $install.Remove('Version')
    }
    Install-Module StoreShip @install -Scope CurrentUser -Force
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

function Publish-Build {
    $folder = Get-Value 'OUTPUT'
    if (-not $folder) { $folder = Join-Path ([IO.Path]::GetTempPath()) 'storeship' }
    $null = New-Item -ItemType Directory -Force $folder
    $receipt = Join-Path $folder 'receipt.json'
    $summary = Join-Path $folder 'summary.md'
    if ($env:GITHUB_STEP_SUMMARY) { $summary = $env:GITHUB_STEP_SUMMARY }
    $until = Get-Value 'UNTIL'
    if (-not $until) { $until = 'processing' }
    $release = Get-Release
    $mode = Get-Value 'MODE'
    if ($mode -ne 'commit') { Test-Release $release }
    switch ($mode) {
        'commit' { $result = Complete-Draft $until }
        'plan' { $result = Publish-StoreSubmission @release -SummaryPath $summary -WhatIf }
        'draft' { $result = Publish-StoreSubmission @release -SummaryPath $summary -NoCommit -Confirm:$false }
        default { $result = Publish-StoreSubmission @release -SummaryPath $summary -Until $until -Confirm:$false }
    }
    if ($env:TF_BUILD -and (Test-Path $summary)) { Write-Host "##vso[task.uploadsummary]$summary" }
    $result | ConvertTo-StoreJson -Path $receipt -Force
    Set-Output 'receipt' $receipt
    foreach ($name in 'submissionId', 'status', 'changed') {
        $property = $result.PSObject.Properties[$name]
        if ($property) { Set-Output $name "$($property.Value)" }
    }
    if ($mode -notin 'plan', 'commit' -and $result.changed) {
        $preview = Join-Path $folder 'preview.html'
        $null = $result | Show-StoreSubmission -OutputPath $preview
        Set-Output 'preview' $preview
    }
    $result
}

try {
    Install-Storeship
    Import-Module StoreShip
    Connect-Build
    Publish-Build
}
catch {
    Write-Annotation "$_"
    throw
}
