# Test-Store: its results when everything works, and for each problem.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $wrong = ConvertTo-SecureString 'not-the-secret' -AsPlainText -Force

    # Connects to the emulator with other settings.
    function Connect-Other([hashtable] $Other = @{}) {
        $settings = @{
            TenantId     = $emulator.TenantId
            ClientId     = $emulator.ClientId
            ClientSecret = ConvertTo-SecureString $emulator.ClientSecret -AsPlainText -Force
            ServiceUrl   = $emulator.ServiceUrl
            AuthorityUrl = $emulator.AuthorityUrl
        }
        foreach ($name in $Other.Keys) { $settings[$name] = $Other[$name] }
        $null = Connect-Store @settings -NoSignIn
    }

    # An address without a listener.
    function Get-SilentUrl {
        $listener = New-Object System.Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        "http://127.0.0.1:$port/"
    }
}

Describe 'Test-Store' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'passes when everything works, and shows the account and the expiry of its token' {
        $checks = @(Test-Store -AppId $App)
        $checks.Check | Should -BeExactly 'Library', 'Connection', 'SignIn', 'Service', "App $App", 'Clock', 'UploadHost'
        $checks.Result | Select-Object -Unique | Should -BeExactly 'Passed'
        $signIn = $checks | Where-Object Check -EQ 'SignIn'
        $signIn.Message | Should -BeLike "*$($emulator.TenantId)*$($emulator.ClientId)*until 20??-??-??T*"
        @($checks | Where-Object Remedy).Count | Should -Be 0
        $checks | Where-Object Check -EQ 'Service' | ForEach-Object Message | Should -BeLike '*apps of the account: 2'
        Test-Store -Quiet | Should -BeExactly $true
    }

    It 'finds a clock that is off: <Seconds> seconds' -ForEach @(@{ Seconds = 400; Side = 'behind' }, @{ Seconds = -400; Side = 'ahead of' }) {
        Send-Control $emulator POST clock "{`"advanceSeconds`":$Seconds}"
        $failed = Test-Store | Where-Object Result -EQ 'Failed'
        $failed.Check, $failed.Code | Should -BeExactly 'Clock', 'auth.clock'
        $failed.Message | Should -BeLike "the clock of this machine is * seconds $Side the service's"
        $failed.Remedy | Should -BeLike '*time server*'
    }

    It 'finds a storage that fails while the service works' {
        Add-Fault $emulator @{ path = '*/ingestion/*'; status = 503; count = 0 }
        $checks = Test-Store
        $failed = $checks | Where-Object Result -EQ 'Failed'
        $failed.Check, $failed.Code | Should -BeExactly 'UploadHost', 'network.unreachable'
        $failed.Message | Should -BeLike "packages can't be uploaded: */ingestion/ answers 503"
        ($checks | Where-Object Check -EQ 'Service').Result | Should -BeExactly 'Passed'
    }

    It 'finds a token that is for another service' {
        $endpoints = ConvertFrom-StoreJson (New-Object System.Net.WebClient).DownloadString($emulator.ControlUrl + 'endpoints')
        $client = New-Object System.Net.WebClient
        $client.Headers['Authorization'] = 'Bearer ' + $endpoints.identityToken
        $token = (ConvertFrom-StoreJson $client.DownloadString($endpoints.identity + 'github/idtoken?api-version=2.0')).value
        $token = ConvertTo-SecureString $token -AsPlainText -Force
        $null = Connect-Store -AccessToken $token -ServiceUrl $emulator.ServiceUrl -NoSignIn
        $failed = Test-Store | Where-Object Result -EQ 'Failed'
        $failed.Check, $failed.Code | Should -BeExactly 'Service', 'auth.wrong_audience'
        $failed.Remedy | Should -BeLike '*https://manage.devcenter.microsoft.com*'
    }

    It 'finds a proxy that requires authentication, and names its scheme' {
        Add-Fault $emulator @{ path = '/v1.0/my/*'; status = 407; count = 0; headers = @{ 'proxy-authenticate' = 'Negotiate' } }
        $failed = Test-Store | Where-Object Result -EQ 'Failed'
        $failed.Check, $failed.Code | Should -BeExactly 'Service', 'network.proxy'
        $failed.Message | Should -BeLike '*(407), by Negotiate'
        $failed.Exception.Http.Url | Should -BeLike '*/applications'
    }

    It 'sets SignedInAs of the connection' {
        Connect-Other
        $connection = Connect-Store -Emulator $emulator -NoSignIn
        $connection.SignedInAs | Should -BeNullOrEmpty
        $null = $connection | Test-Store
        $connection.SignedInAs | Should -BeExactly 'client secret'
    }

    It 'shares one native client, and so one token, with the other cmdlets: <Name>' -ForEach @(
        @{ Name = 'after a sign-in'; Settings = @{} }
        @{ Name = 'before a sign-in'; Settings = @{ NoSignIn = $true } }
    ) {
        $before = @(Get-Request $emulator 'POST' '*/token').Count
        $connection = Connect-Store -Emulator $emulator @Settings
        Test-Store -Connection $connection -Quiet | Should -BeTrue
        $null = Get-StoreApp -Connection $connection
        Test-Store -Connection $connection -Quiet | Should -BeTrue
        @(Get-Request $emulator 'POST' '*/token').Count - $before | Should -Be 1
    }

    It 'reports an outage at once, although the connection would retry for minutes' {
        Add-Fault $emulator @{ path = '/v1.0/my/*'; status = 503; count = 0 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Test-Store -TimeoutSeconds 100 -Quiet | Should -BeFalse
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'takes a connection from the pipeline' {
        $connection = Connect-Store -Emulator $emulator
        Connect-Other @{ ClientSecret = $wrong }
        $connection | Test-Store -Quiet | Should -BeTrue
        Test-Store -Quiet | Should -BeFalse
    }

    It 'finds <What>: <Code>' -ForEach @(
        @{ What = 'a wrong secret'; Code = 'auth.invalid_secret'; Remedy = '*create a new one*'; Other = { @{ ClientSecret = $wrong } } }
        @{ What = 'an unknown client'; Code = 'auth.unknown_client'; Remedy = '*client id*'; Other = { @{ ClientId = '00000000-0000-0000-0000-000000000001' } } }
        @{ What = 'an unknown tenant'; Code = 'auth.unknown_tenant'; Remedy = '*tenant id*'; Other = { @{ TenantId = '00000000-0000-0000-0000-000000000001' } } }
        @{ What = 'a sign-in service out of reach'; Code = 'network.unreachable'; Remedy = '*proxy*firewall*'; Other = { @{ AuthorityUrl = Get-SilentUrl } } }
    ) {
        Connect-Other (& $Other)
        $checks = @(Test-Store -AppId $App)
        $failed = @($checks | Where-Object Result -EQ 'Failed')
        $failed.Check | Should -BeExactly 'SignIn'
        $failed.Code | Should -BeExactly $Code
        $failed.Remedy | Should -BeLike $Remedy
        $failed.Message | Should -Not -Match '\. |not-the-secret|[\r\n]'
        # A check that needs a sign-in is not reported as failed.
        ($checks | Where-Object Check -In 'Service', "App $App").Result | Should -BeExactly 'NotChecked', 'NotChecked'
        Test-Store -Quiet | Should -BeExactly $false
    }

    It 'finds an expired secret' {
        Connect-Other
        Add-Fault $emulator @{
            path = '*/oauth2/*'; status = 401; count = 0
            body = @{ error = 'invalid_client'; error_codes = @(7000222); error_description = 'AADSTS7000222: The provided client secret keys are expired.' }
        }
        $failed = Test-Store | Where-Object Result -EQ 'Failed'
        $failed.Check | Should -BeExactly 'SignIn'
        $failed.Code | Should -BeExactly 'auth.expired_secret'
        $failed.Message | Should -BeLike '*expired*'
        $failed.Remedy | Should -BeLike 'create a new secret*'
    }

    It 'finds at the service <What>: <Code>' -ForEach @(
        @{ What = 'an application that is not associated'; Code = 'auth.not_allowed'; Remedy = 'associate*'; Fault = @{ status = 401 } }
        @{ What = 'an application without the role'; Code = 'auth.no_role'; Remedy = '*tenant is associated with this account*Manager role*'; Fault = @{ status = 403; body = '' } }
        @{ What = 'a proxy that answers in its place'; Code = 'network.bad_answer'; Remedy = '*proxy*'; Fault = @{ status = 200; body = '<html>Sign in to the network</html>' } }
        @{ What = 'an outage'; Code = 'service.unavailable'; Remedy = '*again later*'; Fault = @{ status = 503 } }
    ) {
        $Fault.path = '/v1.0/my/*'
        $Fault.count = 0
        Add-Fault $emulator $Fault
        $checks = @(Test-Store)
        $failed = $checks | Where-Object Result -EQ 'Failed'
        $failed.Check | Should -BeExactly 'Service'
        $failed.Code | Should -BeExactly $Code
        $failed.Remedy | Should -BeLike $Remedy
        ($checks | Where-Object Check -EQ 'SignIn').Result | Should -BeExactly 'Passed'
    }

    It 'finds a service that is out of reach, and the storage beside it' {
        Connect-Other @{ ServiceUrl = (Get-SilentUrl) + 'v1.0/my/' }
        $failed = Test-Store | Where-Object Result -EQ 'Failed'
        $failed.Check | Should -BeExactly 'Service', 'UploadHost'
        $failed.Code | Should -BeExactly 'network.unreachable', 'network.unreachable'
    }

    It 'says what it means that there are no apps: <Name>' -ForEach @(
        @{ Name = 'an empty list'; Fault = @{ status = 200; body = '{"value":[],"totalCount":0}' } }
        @{ Name = 'a list that is not found'; Fault = @{ status = 404; body = '' } }
    ) {
        $Fault.path = '*/applications'
        Add-Fault $emulator $Fault
        $check = Test-Store | Where-Object Check -EQ 'Service'
        $check.Result | Should -BeExactly 'Passed'
        $check.Message | Should -BeLike 'the service answers, and the account has no apps: *tenant*another Partner Center account*no app has been created*'
    }

    It 'names the association of the tenant when an app is not visible' {
        Add-Fault $emulator @{ path = '*/applications/9NBLGGH29DM8'; status = 403; body = ''; count = 0 }
        (Test-Store 9NBLGGH29DM8 | Where-Object Result -EQ 'Failed').Remedy | Should -BeLike '*check the id*tenant is associated with the account that has the product*'
    }

    It 'finds an app that is not visible, and checks the next one' {
        Add-Fault $emulator @{ path = '*/applications/9NBLGGH29DM8'; status = 403; body = ''; count = 0 }
        $checks = Test-Store 9NBLGGH29DM8, 9NNOTTHERE00, $App
        ($checks | Where-Object Result -EQ 'Failed').Check | Should -BeExactly 'App 9NBLGGH29DM8', 'App 9NNOTTHERE00'
        ($checks | Where-Object Result -EQ 'Failed').Code | Should -BeExactly 'auth.forbidden', 'app.not_found'
        ($checks | Where-Object Check -EQ "App $App").Result | Should -BeExactly 'Passed'
    }

    It 'finds that there is no connection, or that it was closed' {
        $connection = Connect-Store -Emulator $emulator
        Disconnect-Store
        (Test-Store | Where-Object Result -EQ 'Failed').Code | Should -BeExactly 'client.not_connected'
        (Test-Store -Connection $connection | Where-Object Result -EQ 'Failed').Code | Should -BeExactly 'client.closed'
        Test-Store -Quiet | Should -BeExactly $false
    }

    It 'is no error when a check fails' {
        Connect-Other @{ ClientSecret = $wrong }
        $null = Test-Store -ErrorAction Stop -ErrorVariable failures
        $failures | Should -BeNullOrEmpty
    }

    It 'changes nothing and shows no secret' {
        Test-Store -AppId $App | Format-List * -Force | Out-String | Should -Not -BeLike "*$($emulator.ClientSecret)*"
        @(Get-Request $emulator | Where-Object { $_.method -ne 'GET' -and $_.path -notlike '*token' }).Count | Should -Be 0
    }

    It 'says that a name is no Store id, without asking the service' {
        $null = Connect-Store -Emulator $emulator
        $check = Test-Store 'Contoso.Reader', 9NBLGGH4R315 | Where-Object Check -Like 'App*'
        $check.Check | Should -BeExactly 'App Contoso.Reader', 'App 9NBLGGH4R315'
        $check[0].Code | Should -BeExactly 'app.not_store_id'
        $check[0].Remedy | Should -BeLike '*Get-StoreApp*'
        $check[1].Result | Should -BeExactly 'Passed'
        @(Get-Request $emulator GET '*Contoso.Reader*').Count | Should -Be 0
    }

    It 'is shown as a table with the remedy' {
        Connect-Other @{ ClientSecret = $wrong }
        Test-Store | Out-String -Width 200 | Should -BeLike '*Check*Result*Message*SignIn*Failed*secret*Remedy: *secret*'
    }
}
