# Every example of the help runs, each on its own emulator.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $examples = foreach ($command in (Get-Module StoreShip).ExportedCmdlets.Values | Sort-Object Name) {
        foreach ($example in @((Get-Help $command.Name -Full).examples.example)) {
            @{ Name = $command.Name; Title = $example.title.Trim('- '); Code = $example.code }
        }
    }
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    Push-Location $TestDrive
    $null = New-TestPackage (Join-Path $TestDrive 'App.msix')
    [IO.File]::WriteAllText((Join-Path $TestDrive '02.png'), 'an image')
    [IO.File]::WriteAllText((Join-Path $TestDrive 'addons.csv'), "AddOnId,Title`n9NBLGGH4TNMP,Coins`n")
    [IO.File]::WriteAllText((Join-Path $TestDrive 'submission.json'), '{"visibility":"Public"}')
    $null = New-Item -ItemType Directory (Join-Path $TestDrive 'store')
    # What Convert-StoreListing takes.
    $null = New-Item -ItemType Directory (Join-Path $TestDrive 'PDP/en-us'), (Join-Path $TestDrive 'Media/en-us')
    [IO.File]::WriteAllText((Join-Path $TestDrive 'PDP/en-us/PDP.xml'), '<ProductDescription><Description>Reads books.</Description></ProductDescription>')
    [IO.File]::WriteAllText((Join-Path $TestDrive 'listing.csv'), "Field,ID,Type (Type),default,en-us`r`nDescription,2,Text,,Reads books.`r`n")
    [IO.File]::WriteAllText((Join-Path $TestDrive 'store/release.json'), '{"appId":"9NBLGGH4R315","visibility":"Hidden"}')
    Copy-Item "$PSScriptRoot/../sign_in/pfx/windows.pfx" (Join-Path $TestDrive 'store.pfx')
    $environment = @(
        'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'
    )

    # Stands for the prompt for the password of store.pfx.
    function Read-Host([switch] $AsSecureString) { ConvertTo-SecureString 'Pf+x/ p~w1' -AsPlainText -Force }
    $before = $environment | ForEach-Object { [Environment]::GetEnvironmentVariable($_) }
}
AfterAll {
    Pop-Location
    for ($i = 0; $i -lt $environment.Count; $i++) { [Environment]::SetEnvironmentVariable($environment[$i], $before[$i]) }
}

Describe 'an example that changes something or has several commands' {
    BeforeAll {
        function Test-Style([string] $Code) {
            $commands = @($Code -split "`n" | Where-Object { $_.Trim() -and $_ -notmatch '^\s*#' })
            $changes = $Code -match '\b(New|Set|Edit|Remove|Complete|Publish|Send|Wait|Connect|Export|Invoke)-Store|Stop-StoreRollout'
            ($commands.Count -eq 1 -and -not $changes) -or $commands[0] -match "^\s*\`$ErrorActionPreference = 'Stop'"
        }
        $root = Split-Path (Split-Path $PSScriptRoot)
    }

    It 'begins with the style that stops at errors: <Name>, <Title>' -ForEach $examples { Test-Style $Code | Should -BeTrue -Because $Code }

    It 'begins so in the pages and scripts too' {
        . "$PSScriptRoot/pages.ps1"
        $blocks = foreach ($page in Get-Page $root) { Get-Block $page | Where-Object { Test-Run $_ } | ForEach-Object { Get-Script $_ } }
        @($blocks).Count | Should -BeGreaterThan 1
        foreach ($block in $blocks) { Test-Style $block | Should -BeTrue -Because $block }
        foreach ($script in Get-ChildItem "$root/examples/*.ps1") {
            [IO.File]::ReadAllText($script.FullName) | Should -Match "(?m)^\`$ErrorActionPreference = 'Stop'" -Because $script.Name
        }
    }
}

Describe 'examples/publish.ps1' {
    It 'publishes, and leaves no file behind' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'temporary')).FullName
        $names = 'TMPDIR', 'TEMP', 'TMP'
        $saved = $names | ForEach-Object { [Environment]::GetEnvironmentVariable($_) }
        Push-Location $folder
        try {
            foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $folder) }
            $said = & (Get-Process -Id $PID).Path -NoProfile -File "$PSScriptRoot/../../examples/publish.ps1" -ModulePath $env:STORESHIP_TEST_MODULE
            "$said" | Should -BeLike '*plan: add /applicationPackages/-*Published*'
            # PowerShell itself has files there.
            Get-ChildItem $folder -Recurse -Include *.msix, storeship* | Should -BeNullOrEmpty
        }
        finally {
            Pop-Location
            for ($i = 0; $i -lt $names.Count; $i++) { [Environment]::SetEnvironmentVariable($names[$i], $saved[$i]) }
        }
    }
}

Describe 'the help of <Name>' -ForEach $examples {
    It '<Title>' {
        $emulator = Connect-Emulator
        try {
            $tenant = $emulator.TenantId
            $secret = ConvertTo-SecureString $emulator.ClientSecret -AsPlainText -Force
            $credential = New-Object pscredential $emulator.ClientId, $secret
            $env:AZURE_TENANT_ID = $tenant
            $env:AZURE_CLIENT_ID = $emulator.ClientId
            $env:AZURE_CLIENT_SECRET = $emulator.ClientSecret
            $client = $emulator.ClientId
            $endpoints = ConvertFrom-StoreJson (New-Object System.Net.WebClient).DownloadString($emulator.ControlUrl + 'endpoints')
            $env:ACTIONS_ID_TOKEN_REQUEST_URL = $endpoints.identity + 'github/idtoken?api-version=2.0'
            $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = $endpoints.identityToken
            $trust = @{ certificates = @([IO.File]::ReadAllText("$PSScriptRoot/../sign_in/cert.pem")) }
            Send-Control $emulator PUT trust (ConvertTo-StoreJson $trust)
            if ($Title -like '*pending*') { $null = New-StoreSubmission $App }
            if ($Name -like '*-StoreRollout') { $null = Publish-Rollout }
            # The examples are written for the Store. Here they run on the emulator, which needs no long polling interval.
            $PSDefaultParameterValues = @{ '*-StoreSubmission:PollSeconds' = 0.01 }
            if ($Code -notlike '*-Emulator*') {
                $PSDefaultParameterValues['Connect-Store:ServiceUrl'] = $emulator.ServiceUrl
                $PSDefaultParameterValues['Connect-Store:AuthorityUrl'] = $emulator.AuthorityUrl
            }
            $null = Invoke-Expression $Code
        }
        finally { Disconnect-Emulator }
    }
}
