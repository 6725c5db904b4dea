# Every example of the help runs, on an emulator of its own.
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
    $environment = 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'
    $before = $environment | ForEach-Object { [Environment]::GetEnvironmentVariable($_) }
}
AfterAll {
    Pop-Location
    for ($i = 0; $i -lt 3; $i++) { [Environment]::SetEnvironmentVariable($environment[$i], $before[$i]) }
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
            if ($Title -like '*pending*') { $null = New-StoreSubmission $App }
            if ($Name -like '*-StoreRollout') { $null = Publish-Rollout }
            # The examples mean the Store; here the same lines go to the emulator, which needs no patience.
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
