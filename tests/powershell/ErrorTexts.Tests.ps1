# The text of an error says each thing once, and names parameters as the user typed them.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $package = New-TestPackage (Join-Path $TestDrive 'App.msix')
    $plain = Join-Path $TestDrive 'text.txt'
    [IO.File]::WriteAllText($plain, 'no certificate')
    $missing = Join-Path $TestDrive 'none.txt'
    Add-Fault $emulator @{ path = '*/9NBLGGH29DM8'; delayMs = 600000 }
    $connect = @{ TenantId = $emulator.TenantId; ClientId = $emulator.ClientId; NoSignIn = $true }
    $secret = ConvertTo-SecureString 'x' -AsPlainText -Force
}
AfterAll { Disconnect-Emulator }

Describe 'the text of an error' {
    # A Connect-Store that fails leaves no connection.
    BeforeEach { $null = Connect-Store -Emulator $emulator }

    It '<Text>' -ForEach @(
        @{ Text = '-Percentage must be 0 to 100, not 101'; Hint = 'correct the value of -Percentage'; Run = { Set-StoreRollout $App -Percentage 101 } }
        @{ Text = '-PackagePath: add-ons have no packages'; Hint = 'leave out -PackagePath'; Run = { Publish-StoreSubmission -AddOnId 9NBLGGH4TNMP -PackagePath $package -Confirm:$false } }
        @{ Text = '-ReleaseNotes: only app submissions have release notes'; Hint = 'leave out -ReleaseNotes'; Run = { Publish-StoreSubmission -AddOnId 9NBLGGH4TNMP -ReleaseNotes @{ 'en-us' = 'n' } -Confirm:$false } }
        @{ Text = "-Edit: 'x' is not a JSON pointer: *"; Hint = 'correct the value of -Edit'; Run = { Publish-StoreSubmission $App -Edit @{ x = 1 } -Confirm:$false } }
        @{ Text = "-RemovePointer: 'x' is not a JSON pointer: *"; Hint = 'correct the value of -RemovePointer'; Run = { Publish-StoreSubmission $App -RemovePointer x -Confirm:$false } }
        @{ Text = "'nosuch' is not a guard, *"; Hint = 'correct the value of -Force'; Run = { Get-StoreSubmission $App | Set-StoreSubmission -Force nosuch -ErrorAction Stop } }
        @{ Text = '-ServiceUrl must begin with https:// *'; Hint = 'correct the parameter *'; Run = { Connect-Store @connect -ClientSecret $secret -ServiceUrl http://example.com/ } }
        @{ Text = '-Proxy is not a proxy *'; Hint = '*; user and password belong into -ProxyCredential'; Run = { Connect-Store @connect -ClientSecret $secret -Proxy ftp://x } }
        @{ Text = '-CertificateAuthorityPath holds no certificate *'; Hint = 'correct the parameter *'; Run = { Connect-Store @connect -ClientSecret $secret -CertificateAuthorityPath $plain } }
        @{ Text = '-InAppProductId is given together with an app id as the first argument'; Hint = 'give one of them*'; Run = { Get-StoreSubmission $App -InAppProductId 9NBLGGH4TNMP } }
        @{ Text = '-AddOnId is given together with the id of an app or a flight'; Hint = 'give one of them*'; Run = { Remove-StoreSubmission -FlightId f -AddOnId 9NBLGGH4TNMP -SubmissionId 1 -Confirm:$false } }
        @{ Text = 'Get-StoreApp did not end within 1 second*'; Hint = '*'; Lines = $true; Run = { Get-StoreApp -AppId 9NBLGGH29DM8 -TimeoutSeconds 1 } }
        @{ Text = 'add-ons have no package rollout'; Hint = 'name an app or a flight*'; Run = { Get-StoreRollout -AddOnId 9NBLGGH4TNMP } }
        @{ Text = "* can't be read: it does not exist"; Hint = 'check the path*'; Run = { Import-StoreSubmission $missing } }
        @{ Text = "there is nothing at '/a': *"; Hint = '*'; Run = { Get-StoreJsonValue /a -Json '{}' } }
        @{ Text = 'submission * is pending for app *'; Hint = '*-Draft adopt*'; Run = { New-StoreSubmission $App; New-StoreSubmission $App } }
        @{ Text = "the edit looks damaged in 1 place, nothing was changed: '/applicationPackages': an array became null *"; Hint = '*with -Force'; Run = { $d = Get-StoreSubmission $App; $d.applicationPackages = $null; $d | Set-StoreSubmission } }
    ) {
        $failure = Get-Failure $Run
        $failure.ErrorDetails.RecommendedAction | Should -BeLike $Hint
        $message = $failure.ErrorDetails.Message
        $message | Should -BeLike $Text
        if (-not $Lines) { $message | Should -Not -Match "`n" }
        # Nothing is named that is no parameter.
        $message + $failure.ErrorDetails.RecommendedAction | Should -Not -Match 'the request|the place that the details name|library\.operations'
        $cmdlet = $failure.InvocationInfo.MyCommand
        foreach ($name in [regex]::Matches($message, '(?<![\w/])-([A-Z]\w+)') | ForEach-Object { $_.Groups[1].Value }) {
            @($cmdlet.Parameters.Values | ForEach-Object { $_.Name; $_.Aliases }) | Should -Contain $name
        }
    }

    # Without the parameter, the release would do something else: it would go to everybody, or at once, or unchecked.
    It 'does not say to leave out <Remedy>' -ForEach @(
        @{ Remedy = 'correct the value of -Rollout'; Run = { Publish-StoreSubmission $App -PackagePath $package -Rollout 0 -WhatIf } }
        @{ Remedy = 'correct the value of -Rollout'; Run = { Publish-StoreSubmission $App -PackagePath $package -Rollout 101 -WhatIf } }
        @{ Remedy = 'correct the value of -PublishDate'; Run = { Publish-StoreSubmission $App -PublishMode SpecificDate -PublishDate 2020-01-01T00:00:00Z -WhatIf } }
        @{ Remedy = 'correct the value of -PublishDate'; Run = { Publish-StoreSubmission $App -PublishMode SpecificDate -PublishDate 31.01.2030 -WhatIf } }
        @{ Remedy = 'correct the value of -MandatoryUpdate'; Run = { Publish-StoreSubmission $App -PackagePath $package -MandatoryUpdate 2020-01-01T00:00:00Z -WhatIf } }
        @{ Remedy = 'give -PublishDate too'; Run = { Publish-StoreSubmission $App -PublishMode SpecificDate -WhatIf } }
        @{ Remedy = 'give -PublishMode with the value SpecificDate too'; Run = { Publish-StoreSubmission $App -PublishMode Manual -PublishDate 2050-01-01T00:00:00Z -WhatIf } }
        @{ Remedy = 'give -FromFlight too'; Run = { Publish-StoreSubmission $App -PackagePath $package -FromReceiptPath $plain -WhatIf } }
        @{ Remedy = 'give -PackagePath too'; Run = { Publish-StoreSubmission $App -FromFlight Insiders -WhatIf } }
        @{ Remedy = 'use -FromFlight for a release of the app itself, without a flight and an add-on'; Run = { Publish-StoreSubmission $App -FlightName Insiders -FromFlight Insiders -PackagePath $package -WhatIf } }
        @{ Remedy = 'correct the value of -AddLanguage'; Run = { Publish-StoreSubmission $App -AddLanguage fr_fr -TemplateLanguage en-us -WhatIf } }
        @{ Remedy = 'give -AddLanguage too'; Run = { Publish-StoreSubmission $App -TemplateLanguage en-us -WhatIf } }
        @{ Remedy = 'give -PackagePath too, or leave out -KeepPackages'; Run = { Publish-StoreSubmission $App -KeepPackages 1 -WhatIf } }
        @{ Remedy = 'give -OldPackages with the value replace too'; Run = { Publish-StoreSubmission $App -PackagePath $package -OldPackages keepAll -KeepPackages 1 -WhatIf } }
    ) {
        (Get-Failure $Run).ErrorDetails.RecommendedAction | Should -BeExactly $Remedy
    }

    It 'of notes in another encoding keeps their letters' {
        $notes = Join-Path $TestDrive 'latin1.txt'
        [IO.File]::WriteAllBytes($notes, [byte[]] (0x47, 0x72, 0xFC, 0xDF, 0x65))
        $remedy = (Get-Failure { Publish-StoreSubmission $App -ReleaseNotesPath $notes -WhatIf }).ErrorDetails.RecommendedAction
        $remedy | Should -BeLike '*UTF-8*'
        $remedy | Should -Not -Match 'ASCII|leave out'
    }

    It 'speaks of the field of a file, not of a parameter: <Name>' -ForEach @(
        @{ Name = 'a release'; Text = '{"AppId":"9NBLGGH4R315"}'; Message = 'unknown field `AppId`, .*`appId`'; Remedy = '^use `appId`$'; Run = { Publish-StoreSubmission -ReleasePath $file -WhatIf } }
        @{ Name = 'a receipt'; Text = '{}'; Message = 'missing field `submissionId`'; Remedy = 'ConvertTo-StoreJson'; Run = { Publish-StoreSubmission $App -PackagePath $package -FromFlight Insiders -FromReceiptPath $file -Draft replace -WhatIf } }
    ) {
        $file = Join-Path $TestDrive 'file.json'
        [IO.File]::WriteAllText($file, $Text)
        $failure = Get-Failure $Run
        $failure.ErrorDetails.Message | Should -Match $Message
        $failure.ErrorDetails.RecommendedAction | Should -Match $Remedy
    }

    It 'keeps the member of a document that has the name of a parameter' {
        $failure = Get-Failure { Publish-StoreSubmission $App -Edit @{ '/Visibility' = 'Hidden' } -Draft replace -WhatIf }
        $failure.ErrorDetails.Message | Should -Match '^/Visibility differs from `visibility` of the service '
        $failure.ErrorDetails.Message | Should -Not -Match '-Visibility'
    }

    It 'lists what the message does not say' {
        # The message has the first three places of damage.
        $draft = Get-StoreSubmission $App
        $names = @($draft.listings.'en-us'.baseListing.PSObject.Properties | Where-Object { $_.Value -is [object[]] } | Select-Object -First 4 | ForEach-Object { $_.Name })
        $names.Count | Should -Be 4
        foreach ($name in $names) { $draft.listings.'en-us'.baseListing.$name = $null }
        $lines = (Get-Failure { $draft | Set-StoreSubmission }).ErrorDetails.Message -split "`n"
        $lines.Count | Should -Be 2
        foreach ($name in $names) { @(($lines -join ' ') -split "/$name(?!\w)").Count | Should -Be 2 -Because $name }
    }

    It 'keeps the fields in Invoke-StoreOperation' {
        $failure = Get-Failure { Invoke-StoreOperation rollout.set @{ appId = $App; submissionId = '1'; percentage = 101 } }
        $failure.ErrorDetails.Message | Should -Match '^`percentage` must be[^\n]*\n  /percentage: out of range$'
    }
}

Describe 'a text where a parameter takes none' {
    It 'is refused with what to write' -ForEach @(
        @{ Script = { $null | Edit-StoreSubmission -ReleaseNotes 'secret-text' } ; Says = "*write @{ 'en-us' = *" }
        @{ Script = { Connect-Store -TenantId t -ClientId c -CertificateText 'secret-text' } ; Says = '*Read-Host -AsSecureString*-CertificatePath*' }
        @{ Script = { Connect-Store -TenantId t -ClientId c -CertificatePath a.pfx -CertificatePassword 'secret-text' } ; Says = '*Read-Host -AsSecureString*' }
        @{ Script = { Connect-Store -TenantId t -ClientId c -ClientAssertion 'secret-text' } ; Says = '*Read-Host -AsSecureString*-FederatedTokenPath*' }
        @{ Script = { Connect-Store -AccessToken 'secret-text' } ; Says = '*Read-Host -AsSecureString*' }
        @{ Script = { Connect-Store -TenantId t -ClientId c -ClientSecret 'secret-text' } ; Says = '*Read-Host -AsSecureString*-ClientSecretPath*-ClientSecretVariable*' }
    ) {
        $failure = Get-Failure $Script
        $failure.Exception.Message | Should -BeLike $Says
        $failure.Exception.Message | Should -Not -BeLike '*secret-text*'
    }
}

Describe 'a package that does not exist' {
    BeforeAll { $emulator = Connect-Emulator }
    AfterAll { Disconnect-Emulator }

    It 'is named before anything else is asked or missing' -ForEach @(
        { Send-StorePackage $App -Path (Join-Path $TestDrive 'none.msix') -ErrorAction Stop }
        { Send-StorePackage $App -SubmissionId 1 -Path (Join-Path $TestDrive 'none.msix') -WhatIf -ErrorAction Stop }
    ) {
        $failure = Get-Failure $_
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.not_found,*'
        "$failure" | Should -BeLike '*none.msix*'
    }
}

Describe 'a file that can not be used' {
    BeforeAll {
        $emulator = Connect-Emulator
        $id = (New-StoreSubmission $App).id
        $package = New-TestPackage (Join-Path $TestDrive 'good.msix')
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'folder')).FullName
        $empty = (New-Item -ItemType File (Join-Path $TestDrive 'empty.msix')).FullName
        $copy = New-TestPackage (Join-Path $folder 'good.msix')
        $bare = (New-Item -ItemType Directory (Join-Path $TestDrive 'bare')).FullName
        $new = Join-Path $TestDrive 'none/new.json'
    }
    AfterAll { Disconnect-Emulator }

    It 'is refused by -WhatIf as by the real command: <Name>' -ForEach @(
        @{ Name = 'a folder'; Code = 'file.unreadable'; Says = '*is a folder*'; Run = { Send-StorePackage $App $id -Path $folder @common } }
        @{ Name = 'an empty file'; Code = 'file.empty'; Says = '*empty.msix*'; Run = { Send-StorePackage $App $id -Path $empty @common } }
        @{ Name = 'a missing file'; Code = 'file.not_found'; Says = '*none*'; Run = { Send-StorePackage $App $id -Path (Join-Path $TestDrive 'none') @common } }
        @{ Name = 'two files of one name'; Code = 'file.name'; Says = '*good.msix*'; Run = { Send-StorePackage $App $id -Path $package, $copy @common } }
        @{ Name = 'a folder as new file'; Code = 'file.unwritable'; Says = '*it is a folder*'; Run = { Export-StoreSubmission $App -Path $folder @common } }
        @{ Name = 'a new file in no folder'; Code = 'file.unwritable'; Says = '*its folder does not exist'; Run = { Export-StoreSubmission $App -Path $new @common } }
        @{ Name = 'JSON in no folder'; Code = 'file.unwritable'; Says = '*its folder does not exist'; Run = { ConvertTo-StoreJson @{} -Path $new @common } }
        @{ Name = 'JSON at a folder'; Code = 'file.unwritable'; Says = '*it is a folder*'; Run = { ConvertTo-StoreJson @{} -Path $folder -Force @common } }
        @{ Name = 'a document at a folder'; Code = 'file.unreadable'; Says = '*it is a folder*'; Run = { Set-StoreJsonValue /a 1 -Path $folder @common } }
        @{ Name = 'a submission at a folder'; Code = 'file.unreadable'; Says = '*it is a folder*'; Run = { Set-StoreSubmission $App $id -Path $folder @common } }
        @{ Name = 'a text at a folder'; Code = 'file.unreadable'; Says = '*it is a folder*'; Run = { Edit-StoreSubmission $App -TextFile @{ '/notesForCertification' = $folder } @common } }
        @{ Name = 'a folder without a package'; Code = 'file.no_match'; Says = '*leads to no app package*'; Run = { Publish-StoreSubmission $App -PackagePath $bare -Draft adopt -IgnoreFailedChange @common } }
    ) {
        foreach ($common in @{ WhatIf = $true; ErrorAction = 'Stop' }, @{ Confirm = $false; ErrorAction = 'Stop' }) {
            $failure = Get-Failure $Run
            $failure.FullyQualifiedErrorId | Should -BeLike "$Code,*" -Because "$($common.Keys) says $failure"
            "$failure" | Should -BeLike $Says
        }
    }
}
