# The table of docs/sign-in.md: what Test-Store, or Connect-Store before it, shows for each mistake.
BeforeDiscovery {
    . "$PSScriptRoot/pages.ps1"
    $rows = @(Get-Table "$PSScriptRoot/../../docs/sign-in.md" '| mistake | check | code |' | ForEach-Object {
            @{ Mistake = $_[0].Replace('`', ''); Check = $_[1]; Code = $_[2].Trim('`') }
        })
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $wrong = '00000000-0000-0000-0000-000000000001'
    $names = @(
        'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_OIDCREQUESTURI', 'SYSTEM_ACCESSTOKEN'
    )
    $before = @{}
    foreach ($name in $names) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }

    function Protect([string] $Text) { ConvertTo-SecureString $Text -AsPlainText -Force }
    function Connect-Secret([string] $Tenant = $emulator.TenantId, [string] $Client = $emulator.ClientId, [string] $Secret = $emulator.ClientSecret, [hashtable] $More = @{}) {
        $null = Connect-Store -TenantId $Tenant -ClientId $Client -ClientSecret (Protect $Secret) -NoSignIn @place @More
    }
    function Set-GitHub([string] $Token = $endpoints.identityToken) {
        $env:ACTIONS_ID_TOKEN_REQUEST_URL, $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = ($endpoints.identity + 'github/idtoken?api-version=2.0'), $Token
    }
    # The sign-in service refuses with this number.
    function Add-Refusal([int] $Number) {
        Add-Fault $emulator @{
            path = '*/oauth2/*'; status = 401; count = 0
            body = @{ error = 'invalid_client'; error_codes = @($Number); error_description = "AADSTS${Number}: No." }
        }
        Connect-Secret
    }
    function Add-ServiceFault([hashtable] $Fault) {
        Add-Fault $emulator ($Fault + @{ path = '/v1.0/my/*'; count = 0 })
        Connect-Secret
    }

    # Makes each mistake; the last value, if there is one, is the app that is checked.
    $Mistakes = @{
        'no variable of a credential is set' = { $null = Connect-Store -FromEnvironment -NoSignIn @place }
        'GitHub: the job lacks id-token: write' = { $null = Connect-Store -GitHubActions -NoSignIn @ids @place }
        'GitHub: the subject has another repository, branch or environment' = {
            Set-GitHub
            Send-Control $emulator PUT trust (ConvertTo-StoreJson @{ federated = @(@{ issuer = $endpoints.identity + 'github'; subject = 'repo:contoso/other' }) })
            $null = Connect-Store -GitHubActions -NoSignIn @ids @place
        }
        'Azure Pipelines: SYSTEM_ACCESSTOKEN is not mapped' = { $null = Connect-Store -AzurePipelines -ServiceConnectionId connection-1 -NoSignIn @ids @place }
        'Azure Pipelines: the pipeline is not permitted to use the connection' = {
            $env:SYSTEM_OIDCREQUESTURI, $env:SYSTEM_ACCESSTOKEN = ($endpoints.identity + 'pipelines/_oidc'), $endpoints.identityToken
            $null = Connect-Store -AzurePipelines -ServiceConnectionId connection-2 -NoSignIn @ids @place
        }
        'the id token has ended' = { Add-Refusal 700024 }
        'the tenant id is wrong' = { Connect-Secret -Tenant $wrong }
        'the client id is wrong' = { Connect-Secret -Client $wrong }
        'the id of the secret is given in place of its value' = { Connect-Secret -Secret $wrong }
        'the secret has ended' = { Add-Refusal 7000222 }
        'the certificate is not registered' = {
            $text = [IO.File]::ReadAllText("$PSScriptRoot/../sign_in/cert.pem") + [IO.File]::ReadAllText("$PSScriptRoot/../sign_in/key.pem")
            $null = Connect-Store -CertificateText (Protect $text) -NoSignIn @ids @place
        }
        'az ad sp create was left out' = { Add-Refusal 7000229 }
        'the application was not added in Partner Center' = { Add-ServiceFault @{ status = 401 } }
        'the application lacks the Manager role' = { Add-ServiceFault @{ status = 403; body = '' } }
        'the token is for another service' = {
            Set-GitHub
            $web = New-Object Net.WebClient
            $web.Headers['Authorization'] = 'Bearer ' + $endpoints.identityToken
            $token = (ConvertFrom-StoreJson $web.DownloadString($env:ACTIONS_ID_TOKEN_REQUEST_URL)).value
            $null = Connect-Store -AccessToken (Protect $token) -ServiceUrl $emulator.ServiceUrl -NoSignIn
        }
        'the app belongs to another account' = { Add-Fault $emulator @{ path = '*/applications/9NBLGGH4R315'; status = 403; body = ''; count = 0 }; Connect-Secret; $App }
        'the id is not that of an app' = { Connect-Secret; '9NNOTTHERE00' }
        'the name is given in place of the Store id' = { Connect-Secret; 'Contoso.Reader' }
        'a proxy asks for a password' = { Add-ServiceFault @{ status = 407; headers = @{ 'proxy-authenticate' = 'Basic' } } }
        'the sign-in service can''t be reached' = {
            $listener = New-Object System.Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
            $listener.Start()
            $port = $listener.LocalEndpoint.Port
            $listener.Stop()
            $place.AuthorityUrl = "http://127.0.0.1:$port/"
            Connect-Secret
        }
        'the upload host can''t be reached' = { Add-Fault $emulator @{ path = '*/ingestion/*'; status = 503; count = 0 }; Connect-Secret }
        'the clock of the machine is wrong' = { Send-Control $emulator POST clock '{"advanceSeconds":400}'; Connect-Secret }
    }
}
AfterAll { foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $before[$name]) } }

Describe 'docs/sign-in.md' {
    It 'has a row for each mistake that is made here' -ForEach @(@{ Rows = $rows }) {
        @($Rows | ForEach-Object { $_.Mistake } | Sort-Object) | Should -BeExactly @($Mistakes.Keys | Sort-Object)
    }

    It '<Mistake>: <Check>, <Code>' -ForEach $rows {
        foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $null) }
        $emulator = Connect-Emulator
        try {
            $endpoints = ConvertFrom-StoreJson (New-Object Net.WebClient).DownloadString($emulator.ControlUrl + 'endpoints')
            $ids = @{ TenantId = $emulator.TenantId; ClientId = $emulator.ClientId }
            $place = @{ ServiceUrl = $emulator.ServiceUrl; AuthorityUrl = $emulator.AuthorityUrl }
            Disconnect-Store
            if ($Check -eq 'Connect-Store') { (Get-Failure $Mistakes[$Mistake]).FullyQualifiedErrorId | Should -BeLike "$Code,*" }
            else {
                $checked = . $Mistakes[$Mistake]
                $failed = @(Test-Store -AppId @($checked | Where-Object { $_ }) | Where-Object Result -EQ Failed)
                $failed.Check | Should -BeExactly $Check
                $failed.Code | Should -BeExactly $Code
                $failed.Remedy | Should -Not -BeNullOrEmpty
            }
        }
        finally { Disconnect-Emulator }
    }
}
