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
    [IO.File]::WriteAllText((Join-Path $TestDrive 'submission.json'), '{"visibility":"Public"}')
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
