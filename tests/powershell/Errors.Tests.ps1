BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $secret = ConvertTo-SecureString $emulator.ClientSecret -AsPlainText -Force
    $wrong = ConvertTo-SecureString 'not-the-secret' -AsPlainText -Force
    $addresses = @{ ServiceUrl = $emulator.ServiceUrl; AuthorityUrl = $emulator.AuthorityUrl }
    $ids = @{ TenantId = $emulator.TenantId; ClientId = $emulator.ClientId }
}
AfterAll { Disconnect-Emulator }

Describe 'an error' {
    # A Connect-Store that fails leaves no connection.
    BeforeEach { $null = Connect-Store -Emulator $emulator }

    It '<Code>' -ForEach @(
        @{ Code = 'auth.invalid_secret'; Category = 'AuthenticationError'; Script = { Connect-Store @ids @addresses -ClientSecret $wrong } }
        @{ Code = 'app.not_found'; Category = 'ObjectNotFound'; Script = { Get-StoreApp 9NNOTTHERE00 } }
        @{ Code = 'submission.not_found'; Category = 'ObjectNotFound'; Script = { Get-StoreSubmission $App 1 } }
        @{ Code = 'submission.pending_exists'; Category = 'ResourceExists'; Script = { New-StoreSubmission $App; New-StoreSubmission $App } }
        @{ Code = 'file.not_found'; Category = 'ObjectNotFound'; Script = { Publish-StoreSubmission $App -PackagePath (Join-Path $TestDrive 'none.msix') -Confirm:$false } }
        @{ Code = 'file.name'; Category = 'InvalidArgument'; Script = { Publish-StoreSubmission $App -PackagePath env:HOME -Confirm:$false } }
        @{ Code = 'request.target'; Category = 'InvalidArgument'; Script = { Get-StoreSubmission } }
        @{ Code = 'request.missing_field'; Category = 'InvalidArgument'; Script = { Send-StorePackage $App -ErrorAction Stop } }
        @{ Code = 'request.unknown_field'; Category = 'InvalidArgument'; Script = { Invoke-StoreOperation app.get @{ appId = $App; apId = 1 } } }
        @{ Code = 'operation.unknown'; Category = 'InvalidArgument'; Script = { Invoke-StoreOperation app.gett } }
        @{ Code = 'document.unsupported_value'; Category = 'InvalidArgument'; Script = { $s = Get-StoreSubmission $App; $s.visibility = { }; $s | Set-StoreSubmission -ErrorAction Stop } }
        @{ Code = 'config.invalid'; Category = 'InvalidArgument'; Script = { Connect-Store @ids -ClientSecret $wrong -ServiceUrl 'http://example.com/' } }
    ) {
        $failure = Get-Failure $Script
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,StoreShip.*"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure.Exception | Should -BeOfType ([StoreShip.StoreException])
        $failure.Exception.Code | Should -BeExactly $Code
    }

    It 'recommends <Words>, not the operation of the library' -ForEach @(
        @{ Words = 'Get-StoreApp'; Script = { Get-StoreApp 9NNOTTHERE00 } }
        @{ Words = 'Get-StoreFlight'; Script = { Get-StoreFlight $App -FlightId 00000000-0000-0000-0000-000000000000 } }
        @{ Words = '-Draft adopt'; Script = { New-StoreSubmission $App; New-StoreSubmission $App } }
        @{ Words = '-AllowFree'; Script = { $s = New-StoreSubmission 9NBLGGH29DM8; $s.pricing.PSObject.Properties.Remove('priceId'); $s | Set-StoreSubmission -Force membersMissing -ErrorAction Stop } }
    ) {
        $failure = Get-Failure $Script
        $failure.ErrorDetails.RecommendedAction | Should -BeLike "*$Words*"
        $failure.ErrorDetails.RecommendedAction | Should -Not -Match '`\w+(\.\w+)?`'
    }

    It 'of Invoke-StoreOperation keeps the names of operations and fields' {
        (Get-Failure { Invoke-StoreOperation app.get @{ appId = '9NNOTTHERE00' } }).ErrorDetails.RecommendedAction | Should -Match '`app\.list`'
    }

    It 'names its ids' { (Get-Failure { Get-StoreSubmission $App 1 }).TargetObject | Should -BeExactly "app $App, submission 1" }

    It 'has the HTTP exchange, without a query string' {
        $http = (Get-Failure { Get-StoreApp 9NNOTTHERE00 }).Exception.Http
        $http.Status | Should -Be 404
        $http.Method | Should -BeExactly 'GET'
        $http.Url | Should -Not -BeLike '*`?*'
    }

    It 'of one item does not stop the pipeline' {
        $apps = '9NNOTTHERE00', $App | Get-StoreApp -ErrorAction SilentlyContinue -ErrorVariable failures
        $apps.id | Should -BeExactly $App
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'app.not_found,*'
    }

    It 'never shows the secret' {
        $failure = Get-Failure { Connect-Store @ids @addresses -ClientSecret $wrong }
        $failure | Format-List * -Force | Out-String | Should -Not -BeLike '*not-the-secret*'
        $failure.Exception.ResponseJson | Should -Not -BeLike '*not-the-secret*'
    }
}

Describe 'Connect-Store' {
    It 'takes a SecureString' { (Connect-Store @ids @addresses -ClientSecret $secret).IsOpen | Should -BeTrue }

    It 'takes a credential' {
        $credential = New-Object pscredential $emulator.ClientId, $secret
        (Connect-Store -TenantId $emulator.TenantId -Credential $credential @addresses).ClientId | Should -BeExactly $emulator.ClientId
    }

    It 'takes a secret from a file' {
        $path = Join-Path $TestDrive 'secret.txt'
        [IO.File]::WriteAllText($path, $emulator.ClientSecret + "`r`n")
        (Connect-Store @ids @addresses -ClientSecretPath $path).IsOpen | Should -BeTrue
    }

    It 'takes a secret with every kind of character' {
        $text = 'a"\' + [char]0xe9 + [char]1 + '/+='
        $odd = ConvertTo-SecureString $text -AsPlainText -Force
        (Get-Failure { Connect-Store @ids @addresses -ClientSecret $odd }).FullyQualifiedErrorId | Should -BeLike 'auth.invalid_secret,*'
    }

    It 'takes a token' {
        $token = ConvertTo-SecureString 'a.b.c' -AsPlainText -Force
        $connection = Connect-Store -AccessToken $token -ExpiresAt ([DateTimeOffset]::UtcNow.AddHours(1)) @addresses -NoSignIn
        $connection.Credential | Should -BeExactly 'token'
    }

    It 'does not take a secret as plain text' {
        { Connect-Store @ids @addresses -ClientSecret 'plain' } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
    }

    It 'keeps no secret' {
        Connect-Store -Emulator $emulator | Format-List * -Force | Out-String | Should -Not -BeLike "*$($emulator.ClientSecret)*"
    }

    It 'returns a connection that other runspaces can use' {
        $connection = Connect-Store -Emulator $emulator
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({ param($module, $c) Import-Module $module; Get-StoreApp 9NBLGGH4R315 -Connection $c })
            $found = $shell.AddArgument((Get-Module StoreShip).ModuleBase).AddArgument($connection).Invoke()
            $found[0].id | Should -BeExactly $App
        }
        finally { $shell.Dispose() }
    }

    It 'is required by cmdlets for the service' {
        Disconnect-Store
        (Get-Failure { Get-StoreApp }).FullyQualifiedErrorId | Should -BeLike 'client.not_connected,*'
    }

    It 'is undone by Disconnect-Store' {
        $connection = Connect-Store -Emulator $emulator
        $connection | Disconnect-Store
        $connection.IsOpen | Should -BeFalse
        (Get-Failure { Get-StoreApp -Connection $connection }).FullyQualifiedErrorId | Should -BeLike 'client.closed,*'
    }
}
