# Connect-Store: each way to sign in to the emulator, which checks credentials as Entra ID does.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $fixtures = Join-Path (Split-Path $PSScriptRoot) 'sign_in'
    $password = 'Pf+x/ p~w1'
    $names = @(
        'AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'
        'AZURE_FEDERATED_TOKEN_FILE', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_OIDCREQUESTURI'
        'SYSTEM_ACCESSTOKEN', 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'STORE_SECRET'
    )

    function Protect([string] $Text) { ConvertTo-SecureString $Text -AsPlainText -Force }

    function Clear-Variables {
        foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $null) }
    }

    function Get-Endpoints { ConvertFrom-StoreJson (New-Object System.Net.WebClient).DownloadString($emulator.ControlUrl + 'endpoints') }

    # Sets the certificates and federated credentials of the application.
    function Set-Trust([object] $Trust) { Send-Control $emulator PUT trust (ConvertTo-StoreJson $Trust) }

    function Get-IdToken([string] $Audience = 'api://AzureADTokenExchange') {
        $client = New-Object System.Net.WebClient
        $client.Headers['Authorization'] = 'Bearer ' + $endpoints.identityToken
        $url = $endpoints.identity + 'github/idtoken?api-version=2.0&audience=' + [Uri]::EscapeDataString($Audience)
        (ConvertFrom-StoreJson $client.DownloadString($url)).value
    }

    function Set-GitHub {
        $env:ACTIONS_ID_TOKEN_REQUEST_URL = $endpoints.identity + 'github/idtoken?api-version=2.0'
        $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = $endpoints.identityToken
    }

    function Set-Pipelines {
        $env:SYSTEM_OIDCREQUESTURI = $endpoints.identity + 'pipelines/_oidc'
        $env:SYSTEM_ACCESSTOKEN = $endpoints.identityToken
    }

    function Set-Identity {
        $env:IDENTITY_ENDPOINT = $endpoints.identity + 'msi/token'
        $env:IDENTITY_HEADER = $endpoints.identityToken
    }

    function Set-Ids {
        $env:AZURE_TENANT_ID = $emulator.TenantId
        $env:AZURE_CLIENT_ID = $emulator.ClientId
    }

    # Connects, lists the apps, and checks that no output contains a secret.
    function Connect-With([hashtable] $Settings, [string[]] $Secrets) {
        $Error.Clear()
        $stream = & {
            $VerbosePreference = $DebugPreference = 'Continue'
            $script:connection = Connect-Store @Settings @place -Verbose
        } *>&1 | Out-String
        $apps = @(Get-StoreApp -Connection $script:connection)
        $apps.Count | Should -BeGreaterThan 0
        $shown = $stream + ($script:connection | Format-List * -Force | Out-String) + ($Error | Out-String)
        foreach ($secret in $Secrets + $endpoints.identityToken) { $shown.Contains($secret) | Should -BeFalse }
        $script:connection
    }

    function Get-Form {
        $request = Get-Request $emulator 'POST' '*/token' | Select-Object -Last 1
        $form = @{}
        foreach ($pair in $request.body -split '&') {
            $name, $value = $pair -split '=', 2
            $form[$name] = [Uri]::UnescapeDataString($value)
        }
        $form
    }
}

Describe 'Connect-Store' {
    BeforeEach {
        Clear-Variables
        $emulator = Start-StoreEmulator
        $endpoints = Get-Endpoints
        $place = @{ ServiceUrl = $emulator.ServiceUrl; AuthorityUrl = $emulator.AuthorityUrl }
        $ids = @{ TenantId = $emulator.TenantId; ClientId = $emulator.ClientId }
    }
    AfterEach {
        Clear-Variables
        Disconnect-Emulator
    }

    It 'takes a client secret as <How>' -ForEach @(
        @{ How = 'a SecureString'; Settings = { $ids + @{ ClientSecret = Protect $emulator.ClientSecret } } }
        @{ How = 'a credential'; Settings = { @{ TenantId = $ids.TenantId; Credential = New-Object PSCredential $ids.ClientId, (Protect $emulator.ClientSecret) } } }
        @{ How = 'a file'; Settings = {
                [IO.File]::WriteAllText("$TestDrive/secret", $emulator.ClientSecret + "`r`n")
                $ids + @{ ClientSecretPath = "$TestDrive/secret" }
            }
        }
        @{ How = 'a variable'; Settings = {
                $env:STORE_SECRET = $emulator.ClientSecret
                $ids + @{ ClientSecretVariable = 'STORE_SECRET' }
            }
        }
    ) {
        $connection = Connect-With (& $Settings) $emulator.ClientSecret
        $connection.Credential, $connection.SignedInAs | Should -BeExactly 'clientSecret', 'client secret'
        $connection.TenantId, $connection.ClientId | Should -BeExactly $ids.TenantId, $ids.ClientId
        (Get-Form).client_secret | Should -BeExactly 'present'
    }

    It 'names the variable that is missing' {
        $failure = Get-Failure { Connect-Store @ids @place -ClientSecretVariable STORE_SECRET }
        $failure.FullyQualifiedErrorId | Should -BeLike 'auth.no_credential,*'
        $failure.Exception.Message | Should -BeExactly 'the environment has no STORE_SECRET'
    }

    It 'takes a certificate as <How>' -ForEach @(
        @{ How = 'a PFX with password'; Settings = { @{ CertificatePath = "$fixtures/pfx/windows.pfx"; CertificatePassword = Protect $password } } }
        @{ How = 'an old PFX'; Settings = { @{ CertificatePath = "$fixtures/pfx/legacy.pfx"; CertificatePassword = Protect $password; SendCertificateChain = $true } } }
        @{ How = 'text'; Settings = { @{ CertificateText = Protect ([IO.File]::ReadAllText("$fixtures/key.pem") + [IO.File]::ReadAllText("$fixtures/cert.pem")) } } }
        @{ How = 'a PFX in base64'; Settings = { @{ CertificateText = Protect ([Convert]::ToBase64String([IO.File]::ReadAllBytes("$fixtures/pfx/openssl3.pfx"))); CertificatePassword = Protect $password } } }
    ) {
        Set-Trust @{ certificates = @([IO.File]::ReadAllText("$fixtures/cert.pem")) }
        $connection = Connect-With ($ids + (& $Settings)) $password, 'PRIVATE KEY'
        $connection.Credential, $connection.SignedInAs | Should -BeExactly 'certificate', 'certificate'
        $form = Get-Form
        $form.client_assertion, $form.client_assertion_type | Should -BeExactly 'present', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    }

    It 'says once that a certificate ends soon, and refuses one that has ended' {
        # The date in the certificate is changed; nobody checks its signature.
        function Get-Pem([DateTime] $End) {
            $body = -join ([IO.File]::ReadAllLines("$fixtures/cert.pem") -notlike '-*')
            $bytes = [Convert]::FromBase64String($body)
            $date = [Text.Encoding]::ASCII.GetBytes($End.ToString('yyyyMMddHHmmss', [Globalization.CultureInfo]::InvariantCulture) + 'Z')
            $at = [Text.Encoding]::GetEncoding(28591).GetString($bytes).IndexOf('21261031183654Z', [StringComparison]::Ordinal)
            $date.CopyTo($bytes, $at)
            "-----BEGIN CERTIFICATE-----`n$([Convert]::ToBase64String($bytes))`n-----END CERTIFICATE-----`n"
        }
        $key = [IO.File]::ReadAllText("$fixtures/key.pem")
        $end = [DateTime]::UtcNow.AddDays(20)
        $pem = Get-Pem $end
        Set-Trust @{ certificates = @($pem) }
        $connection = Connect-Store @ids @place -CertificateText (Protect ($pem + $key)) -WarningVariable warnings -WarningAction SilentlyContinue
        $date = $end.ToString("yyyy-MM-ddTHH:mm:ssZ", [Globalization.CultureInfo]::InvariantCulture)
        @($warnings).Count | Should -Be 1
        "$warnings" | Should -BeLike "*valid until $date*beside the old one*"
        $check = Test-Store -Connection $connection | Where-Object Check -EQ SignIn
        $check.Result | Should -BeExactly Passed
        ($check.Message -split 'beside the old one').Count | Should -Be 2

        $ended = Protect ((Get-Pem ([DateTime]::UtcNow.AddMinutes(-1))) + $key)
        $before = @(Get-Request $emulator).Count
        (Get-Failure { Connect-Store @ids @place -CertificateText $ended }).FullyQualifiedErrorId | Should -BeLike 'auth.certificate_expired,*'
        @(Get-Request $emulator).Count | Should -Be $before
    }

    It 'refuses a certificate that is not registered, and a wrong password' {
        $file = @{ CertificatePath = "$fixtures/pfx/windows.pfx"; CertificatePassword = Protect $password }
        (Get-Failure { Connect-Store @ids @place @file }).FullyQualifiedErrorId | Should -BeLike 'auth.certificate_unknown,*'
        $file.CertificatePassword = Protect 'wrong-Pa55'
        $failure = Get-Failure { Connect-Store @ids @place @file }
        $failure.FullyQualifiedErrorId | Should -BeLike 'auth.certificate_password,*'
        ($failure | Format-List * -Force | Out-String) | Should -Not -BeLike '*wrong-Pa55*'
    }

    It 'takes a client assertion' {
        $assertion = Get-IdToken
        $connection = Connect-With ($ids + @{ ClientAssertion = Protect $assertion }) $assertion
        $connection.SignedInAs | Should -BeExactly 'assertion'
        $other = Protect (Get-IdToken 'api://Other')
        (Get-Failure { Connect-Store @ids @place -ClientAssertion $other }).FullyQualifiedErrorId | Should -BeLike 'auth.federation_unknown,*'
    }

    It 'signs in from GitHub Actions, with ids from <From>' -ForEach @(@{ From = 'parameters' }, @{ From = 'variables' }) {
        Set-GitHub
        if ($From -eq 'variables') { Set-Ids; $ids = @{} }
        $connection = Connect-With ($ids + @{ GitHubActions = $true }) @()
        $connection.Credential, $connection.SignedInAs | Should -BeExactly 'githubActions', 'GitHub Actions'
        $connection.TenantId, $connection.ClientId | Should -BeExactly $emulator.TenantId, $emulator.ClientId
        $request = Get-Request $emulator 'GET' '/identity/github/idtoken' | Select-Object -Last 1
        [Uri]::UnescapeDataString($request.query) | Should -BeExactly 'api-version=2.0&audience=api://AzureADTokenExchange'
        $request.headers.authorization | Should -BeExactly 'present'
    }

    It 'reports a missing variable, a refused token and an unknown workflow in GitHub Actions' {
        (Get-Failure { Connect-Store @ids @place -GitHubActions }).FullyQualifiedErrorId | Should -BeLike 'auth.no_github,*'
        Set-GitHub
        $env:ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'wr0ng-token'
        $failure = Get-Failure { Connect-Store @ids @place -GitHubActions }
        $failure.FullyQualifiedErrorId | Should -BeLike 'auth.id_token,*'
        ($failure | Format-List * -Force | Out-String) | Should -Not -BeLike '*wr0ng-token*'
        Set-GitHub
        Set-Trust @{ federated = @(@{ issuer = $endpoints.identity + 'github'; subject = 'repo:contoso/other' }) }
        (Get-Failure { Connect-Store @ids @place -GitHubActions }).FullyQualifiedErrorId | Should -BeLike 'auth.federation_unknown,*'
    }

    It 'signs in from Azure Pipelines' {
        Set-Pipelines
        $connection = Connect-With ($ids + @{ AzurePipelines = $true; ServiceConnectionId = 'connection-1' }) @()
        $connection.SignedInAs | Should -BeExactly 'Azure Pipelines'
        $request = Get-Request $emulator 'POST' '/identity/pipelines/_oidc' | Select-Object -Last 1
        $request.query | Should -BeExactly 'api-version=7.1&serviceConnectionId=connection-1'
        (Get-Failure { Connect-Store @ids @place -AzurePipelines }).FullyQualifiedErrorId | Should -BeLike 'auth.no_pipelines,*'
        $env:AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = 'connection-1'
        (Connect-Store @ids @place -AzurePipelines).SignedInAs | Should -BeExactly 'Azure Pipelines'
    }

    It 'signs in with a federated token file, named <How>' -ForEach @(@{ How = 'by parameter' }, @{ How = 'by variable' }) {
        $token = Get-IdToken
        [IO.File]::WriteAllText("$TestDrive/token", $token)
        $settings = $ids + @{ FederatedTokenPath = "$TestDrive/token" }
        if ($How -eq 'by variable') {
            Set-Ids
            $env:AZURE_FEDERATED_TOKEN_FILE = "$TestDrive/token"
            $settings = @{ WorkloadIdentity = $true }
        }
        $connection = Connect-With $settings $token
        $connection.SignedInAs | Should -BeExactly 'federated token file'
        $connection.ClientId | Should -BeExactly $emulator.ClientId
    }

    It 'signs in as a managed identity' {
        Set-Identity
        $connection = Connect-With @{ ManagedIdentity = $true } @()
        $connection.SignedInAs | Should -BeExactly 'managed identity'
        $request = Get-Request $emulator 'GET' '/identity/msi/token' | Select-Object -Last 1
        [Uri]::UnescapeDataString($request.query) | Should -BeExactly 'api-version=2019-08-01&resource=https://manage.devcenter.microsoft.com'
        $request.headers.'x-identity-header' | Should -BeExactly 'present'
        $id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/store'
        $null = Connect-With @{ ManagedIdentity = $true; ManagedIdentityResourceId = $id } @()
        foreach ($other in @{ ManagedIdentityClientId = 'x' }, @{ ManagedIdentityObjectId = 'x' }, @{ ManagedIdentityResourceId = 'x' }) {
            (Get-Failure { Connect-Store @place -ManagedIdentity @other }).FullyQualifiedErrorId | Should -BeLike 'auth.identity_refused,*'
        }
        $both = @{ ManagedIdentityClientId = 'x'; ManagedIdentityObjectId = 'x' }
        (Get-Failure { Connect-Store @place -ManagedIdentity @both }).FullyQualifiedErrorId | Should -BeLike 'config.invalid,*'
    }

    It 'signs in as the application that trusts a managed identity' {
        Set-Identity
        $connection = Connect-With ($ids + @{ ManagedIdentityFederated = $true }) @()
        $connection.SignedInAs | Should -BeExactly 'application by managed identity'
        $connection.ClientId | Should -BeExactly $emulator.ClientId
        [Uri]::UnescapeDataString((Get-Request $emulator 'GET' '/identity/msi/token').query) | Should -BeLike '*resource=api://AzureADTokenExchange'
    }

    It 'takes the token of the Azure CLI' -Skip:($env:OS -eq 'Windows_NT') {
        $form = New-Object System.Collections.Specialized.NameValueCollection
        $form.Add('grant_type', 'client_credentials')
        $form.Add('client_id', $emulator.ClientId)
        $form.Add('client_secret', $emulator.ClientSecret)
        $form.Add('resource', 'https://manage.devcenter.microsoft.com')
        $answer = (New-Object System.Net.WebClient).UploadValues($emulator.AuthorityUrl + $emulator.TenantId + '/oauth2/token', $form)
        $token = (ConvertFrom-StoreJson ([Text.Encoding]::UTF8.GetString($answer))).access_token
        $folder = New-Item -ItemType Directory "$TestDrive/bin"
        [IO.File]::WriteAllText("$folder/az", "#!/bin/sh`necho '{`"accessToken`": `"$token`", `"expires_on`": 4102444800}'`n")
        chmod +x "$folder/az"
        $connection = Connect-With @{ AzureCli = $true; AzureCliPath = "$folder/az" } $token
        $connection.SignedInAs | Should -BeExactly 'Azure CLI'
        # Except on Windows, a PATH that a script sets is not that of the process.
        $path = $env:PATH
        try {
            $env:PATH = "$folder$([IO.Path]::PathSeparator)$path"
            (Connect-Store @place -AzureCli).SignedInAs | Should -BeExactly 'Azure CLI'
        }
        finally { $env:PATH = $path }
        # The same token is accepted as -AccessToken.
        $connection = Connect-With @{ AccessToken = Protect $token; ExpiresAt = [DateTimeOffset]::UtcNow.AddHours(1) } $token
        $connection.SignedInAs | Should -BeExactly 'ready token'
    }

    It 'reports which credential of the environment signed in: <Link>' -ForEach @(
        @{ Link = 'client secret'; Set = { $env:AZURE_CLIENT_SECRET = $emulator.ClientSecret } }
        @{ Link = 'certificate'; Set = { $env:AZURE_CLIENT_CERTIFICATE_PATH = "$fixtures/pfx/windows.pfx"; $env:AZURE_CLIENT_CERTIFICATE_PASSWORD = $password } }
        @{ Link = 'GitHub Actions'; Set = { Set-GitHub } }
        @{ Link = 'Azure Pipelines'; Set = { Set-Pipelines; $env:AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = 'connection-1' } }
    ) {
        Set-Trust @{ certificates = @([IO.File]::ReadAllText("$fixtures/cert.pem")) }
        Set-Ids
        & $Set
        $connection = Connect-With @{ FromEnvironment = $true } $emulator.ClientSecret, $password
        $connection.Credential, $connection.SignedInAs | Should -BeExactly 'environment', "environment: $Link"
        $connection = Connect-With @{ DefaultCredential = $true } $emulator.ClientSecret, $password
        $connection.Credential, $connection.SignedInAs | Should -BeExactly 'default', "default: $Link"
    }

    It 'tries the managed identity after the environment with -DefaultCredential' {
        Set-Identity
        (Connect-Store @place -DefaultCredential).SignedInAs | Should -BeExactly 'default: managed identity'
        (Get-Failure { Connect-Store @place -FromEnvironment }).FullyQualifiedErrorId | Should -BeLike 'auth.no_credential,*'
    }

    It 'takes no secret as plain text' {
        $plain = (Get-Command Connect-Store).Parameters.Values | Where-Object { $_.Name -match 'Secret$|Password|Token$|Text$|Assertion$' -and $_.ParameterType -notin [securestring], [pscredential] }
        $plain | Should -BeNullOrEmpty
    }

    It 'leaves no default connection when it fails, but an earlier one open' {
        $first = Connect-Store -Emulator $emulator
        $null = Get-Failure { Connect-Store @place @ids -ClientSecret (Protect 'wrong') }
        (Get-Failure { Get-StoreApp }).FullyQualifiedErrorId | Should -BeLike 'client.not_connected,*'
        (Get-StoreApp -Connection $first).Count | Should -BeGreaterThan 0
    }

    It 'says that a file is empty: <Name>' -ForEach @(@{ Name = 'CertificatePath' }, @{ Name = 'ClientSecretPath' }) {
        $file = (New-Item -ItemType File (Join-Path $TestDrive "$Name.pem")).FullName
        $settings = @{ $Name = $file }
        $failure = Get-Failure { Connect-Store @place @ids @settings }
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.empty,*'
        "$failure" | Should -BeExactly "$file is empty"
    }

    It 'names parameters in place of fields of the configuration' {
        $failure = Get-Failure { Connect-Store @ids -ClientSecret (Protect 'x') -AuthorityUrl 'http://example.com/' }
        "$failure$($failure.ErrorDetails.RecommendedAction)" | Should -BeLike '*-AllowHttpHost*'
        "$failure$($failure.ErrorDetails.RecommendedAction)" | Should -Not -BeLike '*allowHttpHosts*'
    }

    It 'does not set SignedInAs with -NoSignIn' {
        $connection = Connect-Store -Emulator $emulator -NoSignIn
        $connection.SignedInAs | Should -BeNullOrEmpty
        (Connect-Store -Emulator $emulator).SignedInAs | Should -BeExactly 'client secret'
    }
}

Describe 'the settings of Connect-Store' {
    BeforeAll { $emulator = Start-StoreEmulator }
    BeforeEach { Send-Control $emulator DELETE requests }
    AfterAll { Disconnect-Emulator }

    It 'have a parameter for each field of the configuration' {
        $definitions = (ConvertFrom-StoreJson -Path "$PSScriptRoot/../../contract/storeship.schema.json").'$defs'
        $names = foreach ($field in $definitions.ClientConfig.properties.psobject.Properties) {
            $type = @($field.Value.'$ref') + @($field.Value.anyOf | ForEach-Object { if ($_.'$ref') { $_.'$ref' } }) -match '(Retry|Limit|TraceFile)$' -replace '.*/'
            if ($type) { $definitions.($type[0]).properties.psobject.Properties.Name | ForEach-Object { $field.Name + '.' + $_ } } else { $field.Name }
        }
        $names | Should -Contain 'limit.perMinute'
        $others = @{
            allowHttpHosts = 'AllowHttpHost'; blobHosts = 'BlobHost'; caFile = 'CertificateAuthorityPath'; 'retry.retryTimeoutSeconds' = 'RetryTimeoutSeconds'
            credential = 'Credential'; environment = 'FromEnvironment'; logLevel = 'Debug'
        }
        foreach ($name in $names) {
            $parameter = if ($others[$name]) { $others[$name] } else { $name -replace '\.' }
            (Get-Command Connect-Store).Parameters.Keys | Should -Contain $parameter
        }
    }

    It 'choose the endpoint for tokens: <Version>' -ForEach @(@{ Version = 'V1'; Path = '*/oauth2/token' }, @{ Version = 'v2'; Path = '*/oauth2/v2.0/token' }) {
        $null = Connect-Store -Emulator $emulator -TokenEndpoint $Version
        @(Get-Request $emulator 'POST' $Path).Count | Should -Be 1
        @(Get-Request $emulator 'POST' '*/token').Count | Should -Be 1
    }

    It 'limit the calls a minute' {
        $null = Connect-Store -Emulator $emulator -LimitPerMinute 2
        $null = Get-StoreApp; $null = Get-StoreApp
        (Get-Failure { Get-StoreApp -TimeoutSeconds 1 }).FullyQualifiedErrorId | Should -BeLike 'deadline.exceeded,*'
        @(Get-Request $emulator 'GET' '*/applications').Count | Should -Be 2
    }

    It 'say how failed requests are retried' {
        Add-Fault $emulator @{ path = '*/applications'; status = 503; count = 5 }
        $null = Connect-Store -Emulator $emulator -RetryBaseMs 0 -RetryCapMs 0
        $told = Get-StoreApp -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] -and $_.Message -like '*503*' }
        @(Get-Request $emulator 'GET' '*/applications').Count | Should -Be 6
        $told.Count | Should -Be 5
        foreach ($line in $told) { $line.Message | Should -BeLike '*in 0.0 s*' }
    }

    It 'have bounds: <Name>' -ForEach @(
        @{ Name = 'baseMs'; Settings = @{ RetryBaseMs = 86400001 } }, @{ Name = 'capMs'; Settings = @{ RetryCapMs = -1 } }
        @{ Name = 'perMinute'; Settings = @{ LimitPerMinute = -1 } }, @{ Name = 'tokenEndpoint'; Settings = @{ TokenEndpoint = 'v3' } }
    ) {
        { Connect-Store -Emulator $emulator @Settings } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'Connect-Store -AccessToken' {
    It 'refuses <Name>, says what it looks like, and does not show it' -ForEach @(
        @{ Name = 'a response as JSON'; Text = '{"access_token":"s3cret.b.c"}'; Message = '*looks like JSON*'; Remedy = '*access_token*' }
        @{ Name = 'a header'; Text = 'Bearer s3cret.b.c'; Message = '*begins with ?Bearer?,*'; Remedy = 'leave ?Bearer?*' }
        @{ Name = 'a text in quotes'; Text = '"s3cret.b.c"'; Message = '*in quotes*'; Remedy = 'leave the quotes*' }
        @{ Name = 'a text of several lines'; Text = "s3cret.b`r`n.c"; Message = '*a line end in it'; Remedy = '*one piece*' }
        @{ Name = 'a client secret'; Text = 's3cretQ~Zx8'; Message = '*has 1 part where*'; Remedy = '*-ClientSecret' }
        @{ Name = 'a token that was cut'; Text = 's3cret.b'; Message = '*has 2 parts, separated by dots, where*'; Remedy = '*access token for https*' }
        @{ Name = 'a letter that no token has'; Text = "s3cret.b.$([char]0xE4)"; Message = '*has a character*'; Remedy = '*' }
    ) {
        $token = ConvertTo-SecureString $Text -AsPlainText -Force
        $failure = Get-Failure { Connect-Store -AccessToken $token -ServiceUrl 'http://127.0.0.1:9/' -NoSignIn }
        $failure.FullyQualifiedErrorId | Should -BeLike 'config.invalid,*'
        $failure.Exception.Message | Should -BeLike $Message
        $failure.ErrorDetails.RecommendedAction | Should -BeLike $Remedy
        ($failure | Format-List * -Force | Out-String) | Should -Not -BeLike '*s3cret*'
    }

    It 'takes a token with white space around it' {
        $token = ConvertTo-SecureString "`n a.b.c `r`n" -AsPlainText -Force
        (Connect-Store -AccessToken $token -NoSignIn).Credential | Should -BeExactly 'token'
        Disconnect-Store
    }
}
