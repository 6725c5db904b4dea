# The commands of the pages: each block of PowerShell, and each step of a workflow, runs on the emulator as it stands on its
# page. A block with commands of other programs is marked: ```sh others. page-scenes.ps1 has what a section needs before and
# leaves behind; docs/pipelines.md is run by Shapes.Tests.ps1, the pages of docs/cmdlets by Examples.Tests.ps1.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/pages.ps1"
    . "$PSScriptRoot/page-scenes.ps1"
    $pages = @(Get-Page (Split-Path (Split-Path $PSScriptRoot)))
    $blocks = @($pages | ForEach-Object { Get-Block $_ })
    $runs = @($blocks | Where-Object { (Test-Run $_) -and $_.Page -ne 'docs/pipelines.md' })
    # The sections of a page that go on where the one before ended are run together.
    $sections = foreach ($page in $runs | Group-Object Page) {
        $groups = if ($PageTogether -contains $page.Name) { , $page } else { $page.Group | Group-Object Section }
        foreach ($group in $groups) {
            $title = if ($group.Name -eq $page.Name) { 'the page' } else { $group.Name }
            $scene = $PageScenes["$($page.Name): $title"]
            @{ Page = $page.Name; Title = $title; Scripts = @($group.Group | ForEach-Object { Get-Script $_ }); Scene = if ($scene) { $scene } else { @{} } }
        }
    }
    $each = $pages | ForEach-Object { @{ Name = $_.Name; Page = $_; Blocks = @(Get-Block $_) } }
    $pictures = @($blocks | Where-Object { $_.Text.StartsWith('PS> ') } | ForEach-Object { @{ Page = $_.Page; Line = $_.Line; Text = $_.Text } })
    $titles = @{ Known = @($PageScenes.Keys); Run = @($sections | ForEach-Object { "$($_.Page): $($_.Title)" }); Together = $PageTogether; Pages = @($pages.Name) }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/pages.ps1"
    . "$PSScriptRoot/page-scenes.ps1"
    $cmdlets = (Get-Module StoreShip).ExportedCmdlets
    $root = Split-Path (Split-Path $PSScriptRoot)
    $variables = @(
        'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_OIDCREQUESTURI'
        'SYSTEM_ACCESSTOKEN', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'CONNECTION_ID', 'STORE_TOKEN', 'PSModulePath', 'GITHUB_STEP_SUMMARY'
    )
    $before = @{}
    foreach ($name in $variables) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
    $env:PSModulePath = (Split-Path $env:STORESHIP_TEST_MODULE) + [IO.Path]::PathSeparator + $env:PSModulePath

    # The variables by which build systems let a job sign in.
    function Set-Variables {
        $endpoints = ConvertFrom-StoreJson (New-Object Net.WebClient).DownloadString($emulator.ControlUrl + 'endpoints')
        $env:AZURE_TENANT_ID, $env:AZURE_CLIENT_ID, $env:AZURE_CLIENT_SECRET = $emulator.TenantId, $emulator.ClientId, $emulator.ClientSecret
        $env:ACTIONS_ID_TOKEN_REQUEST_URL = $endpoints.identity + 'github/idtoken?api-version=2.0'
        $env:SYSTEM_OIDCREQUESTURI = $endpoints.identity + 'pipelines/_oidc'
        $env:IDENTITY_ENDPOINT = $endpoints.identity + 'msi/token'
        $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = $env:SYSTEM_ACCESSTOKEN = $env:IDENTITY_HEADER = $endpoints.identityToken
        $env:CONNECTION_ID = 'connection-1'
        $web = New-Object Net.WebClient
        $web.Headers['Authorization'] = 'Bearer ' + $endpoints.identityToken
        $address = $env:ACTIONS_ID_TOKEN_REQUEST_URL + '&audience=api://AzureADTokenExchange'
        $env:STORE_TOKEN = (ConvertFrom-StoreJson $web.DownloadString($address)).value
    }

    # An access token of the application.
    function Get-Token {
        $form = New-Object System.Collections.Specialized.NameValueCollection
        $form['grant_type'], $form['resource'] = 'client_credentials', 'https://manage.devcenter.microsoft.com'
        $form['client_id'], $form['client_secret'] = $emulator.ClientId, $emulator.ClientSecret
        $answer = (New-Object Net.WebClient).UploadValues($emulator.AuthorityUrl + $emulator.TenantId + '/oauth2/token', $form)
        (ConvertFrom-StoreJson ([Text.Encoding]::UTF8.GetString($answer))).access_token
    }

    # The state that a section leaves at the Store.
    function Get-Published { Get-StoreSubmission $id -Published }
    function Get-Package { @((Get-Published).applicationPackages | ForEach-Object { $_.fileName } | Sort-Object) }
    function Wait-All { @(Get-StoreApp $id) + @(Get-StoreFlight $id) | Where-Object Pending | Wait-StoreSubmission @Quick | Out-Null }
}
AfterAll { foreach ($name in $variables) { [Environment]::SetEnvironmentVariable($name, $before[$name]) } }

Describe '<Name>' -ForEach $each {
    It 'has no block in a language that the test does not know, and none that is not closed' {
        foreach ($block in $Blocks) {
            ($PageData + 'powershell', 'yaml', 'sh') | Should -Contain $block.Language -Because "line $($block.Line)"
            $block.Mark | Should -BeIn '', 'others' -Because "line $($block.Line)"
        }
        [regex]::Matches($Page.Text, '(?m)^\s*```').Count | Should -Be (2 * $Blocks.Count)
    }

    It 'has commands of StoreShip only where a test runs them' {
        $command = '(?m)^\s*(?:PS> )?(?:\$\w+ = )?[A-Z][A-Za-z]+-Store\w*(?: |$)|\bstoreship-emulator --'
        # Those of others have a test of their own, and so has the picture of a release.
        foreach ($block in $Blocks | Where-Object { -not (Test-Run $_) -and -not $_.Others -and $_.Language -ne 'sh' -and -not $_.Text.StartsWith('PS> ') }) {
            $block.Text | Should -Not -Match $command -Because "line $($block.Line)"
        }
        # No indented block has commands.
        Get-Prose $Page | Should -Not -Match '(?m)^(?: {4}|\t)(?:(?:pwsh|cargo|python3?|dotnet|storeship-emulator|\./\S+) |[A-Z][A-Za-z]+-Store\w* )'
    }

    It 'marks as commands of others what is none of StoreShip' {
        foreach ($block in $Blocks | Where-Object Others) {
            foreach ($name in [regex]::Matches($block.Text, '\b[A-Z][A-Za-z]+-Store\w*').Value) { $cmdlets.Keys | Should -Not -Contain $name }
        }
        foreach ($block in $Blocks | Where-Object { $_.Language -eq 'sh' -and -not $_.Others }) {
            foreach ($line in $block.Text -replace '\\\n\s*', ' ' -split "`n" | Where-Object { $_.Trim() }) {
                @($CommandLines.Keys | Where-Object { $line -match $_ }).Count | Should -BeGreaterThan 0 -Because "no test runs: $line"
            }
        }
    }

    It 'names only cmdlets and parameters that exist' {
        foreach ($match in [regex]::Matches($Page.Text, '\b(?:[A-Z][a-z]+(?:From|To)?)-Store\w*')) {
            if ($OtherCmdlets -notcontains $match.Value) { $cmdlets.Keys | Should -Contain $match.Value }
        }
        $inline = @([regex]::Matches((Get-Prose $Page), '`([^`\n]+)`') | ForEach-Object { $_.Groups[1].Value })
        foreach ($code in @($Blocks | Where-Object { Test-Run $_ } | ForEach-Object { Get-Script $_ }) + $inline) {
            Get-UnknownParameter $code | Should -BeNullOrEmpty -Because $code
        }
    }

    It 'has links to existing files only' {
        $folder = Split-Path (Join-Path $root $Name)
        foreach ($match in [regex]::Matches((Get-Prose $Page) -replace '`[^`\n]*`', '\]\((?!https?:|#)([^)#\s]+)(?:#([^)]+))?\)')) {
            $target = Join-Path $folder $match.Groups[1].Value
            $target | Should -Exist
            $anchor = $match.Groups[2].Value
            if ($anchor -and $target -like '*.md') {
                $headings = [regex]::Matches(([IO.File]::ReadAllText($target) -replace "`r"), '(?m)^#+ (.+)$') | ForEach-Object {
                    ($_.Groups[1].Value.ToLowerInvariant() -replace '[^\w\- ]' -replace ' ', '-')
                }
                $headings | Should -Contain $anchor -Because $match.Value
            }
        }
    }
}

Describe 'the table of scenes' {
    It 'has no scene for a section that is not there' -ForEach $titles {
        foreach ($title in $Known) { $Run | Should -Contain $title }
        foreach ($page in $Together) { $Pages | Should -Contain $page }
    }

    It 'names tests that exist' {
        $sources = (@(Get-ChildItem "$root/tests" -Recurse -Include *.rs, *.ps1, *.py) + @(Get-ChildItem "$root/.ci") | ForEach-Object { [IO.File]::ReadAllText($_.FullName) }) -join "`n"
        foreach ($test in $CommandLines.Values) { $sources.Contains($test) | Should -BeTrue -Because $test }
    }
}

Describe '<Page>' -ForEach $sections {
    It 'runs: <Title>' {
        $emulator = Connect-Emulator
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive ([Guid]::NewGuid().ToString('n'))))
        try {
            $id = if ($Scene.App) { $Scene.App } else { $App }
            Set-Variables
            if (-not $Scene.Empty) { Save-PageFile $emulator $id }
            $PSDefaultParameterValues = @{
                '*-StoreSubmission:PollSeconds' = 0.01; 'Connect-Store:ServiceUrl' = $emulator.ServiceUrl; 'Connect-Store:AuthorityUrl' = $emulator.AuthorityUrl
            }
            if ($Scene.Live) { $PSDefaultParameterValues = @{ '*-StoreSubmission:PollSeconds' = 0.01 } }
            if ($Scene.Before) { . $Scene.Before }
            $printed = @()
            for ($number = 0; $number -lt $Scripts.Count; $number++) {
                $code = [scriptblock]::Create($Scripts[$number].Replace('./target/powershell/StoreShip', $env:STORESHIP_TEST_MODULE))
                if ($Scene.Fails -and $Scene.Fails[$number]) {
                    (Get-Failure { . $code }).FullyQualifiedErrorId | Should -BeLike "$($Scene.Fails[$number]),*"
                }
                else { $printed += @(. $code) }
                if ($Scene.Between) { . $Scene.Between }
            }
            if ($Scene.After) { . $Scene.After | Should -BeTrue }
        }
        finally {
            $ErrorActionPreference = 'Stop'
            Pop-Location
            Disconnect-Emulator
        }
    }
}

Describe 'the picture of <Page>, line <Line>' -ForEach $pictures {
    BeforeAll {
        # Numbers, times and ids are others in each run, and lines are wrapped elsewhere.
        function Get-Shape([string] $Text) { $Text -replace '\s' -replace '[0-9a-f]{8}-[0-9a-f-]{27},?', 'ID' -replace '\d+(\.\d+)?(ms|s)', 'TIME' -replace '\d+', 'N' }
    }

    It 'is what the command prints' {
        $command, $shown = $Text.Substring(4) -split "`n", 2
        $emulator = Connect-Emulator
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive ([Guid]::NewGuid().ToString('n'))))
        try {
            Save-PageFile $emulator $App
            $PSDefaultParameterValues = @{ '*-StoreSubmission:PollSeconds' = 0.01 }
            Get-Shape (& ([scriptblock]::Create($command)) | Out-String -Width 120) | Should -BeExactly (Get-Shape $shown)
        }
        finally {
            Pop-Location
            Disconnect-Emulator
        }
    }
}
