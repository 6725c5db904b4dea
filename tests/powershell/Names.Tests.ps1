# Apps by name: the library finds the id, and every returned object carries it.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $cmdlets = @((Get-Module StoreShip).ExportedCmdlets.Values | Where-Object { $_.ImplementingType.IsSubclassOf([StoreShip.Cmdlets.TargetCmdlet]) } |
            ForEach-Object { @{ Name = $_.Name } })
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $app1 = Get-StoreApp $App
    function Get-ListCount { @(Get-Request $emulator 'GET' '*/my/applications').Count }
}
AfterAll { Disconnect-Emulator }

Describe '-AppName' {
    It 'exists in every cmdlet for an app: <Name>' -ForEach $cmdlets {
        (Get-Command $Name).Parameters.Keys | Should -Contain 'AppName'
    }

    It 'takes <Name>' -ForEach @(
        @{ Name = 'the package identity name'; Of = { $app1.packageIdentityName } }
        @{ Name = 'that in another letter case'; Of = { $app1.packageIdentityName.ToUpperInvariant() } }
        @{ Name = 'the name in the Store'; Of = { $app1.primaryName } }
        @{ Name = 'the Store id'; Of = { $App } }
    ) {
        $found = Get-StoreApp -AppName (& $Of)
        $found.id | Should -BeExactly $App
        $found.StoreBaseline.AppId | Should -BeExactly $App
    }

    It 'works in every step of a submission, and is looked up once' {
        $name = $app1.primaryName
        $null = Get-StoreApp -AppName $name
        $lists = Get-ListCount
        $draft = New-StoreSubmission -AppName $name
        $draft.StoreBaseline.AppId | Should -BeExactly $App
        (Get-StoreSubmission -AppName $name -SubmissionId $draft.id).id | Should -BeExactly $draft.id
        (Edit-StoreSubmission -AppName $name { $_.notesForCertification = 'by name' } -PassThru).notesForCertification | Should -BeExactly 'by name'
        (Get-StoreFlight -AppName $name).StoreBaseline.AppId | Should -BeExactly $App
        # The service accepts only the id here.
        (New-StoreAddOn -AppName $name -ProductId named -ProductType Durable).productId | Should -BeExactly 'named'
        $draft | Get-StoreSubmission | Remove-StoreSubmission -Confirm:$false
        Get-ListCount | Should -Be $lists
    }

    It 'works in Publish-StoreSubmission' {
        $receipt = Publish-StoreSubmission -AppName $app1.packageIdentityName -Edit @{ '/notesForCertification' = 'n' } -NoCommit -Confirm:$false
        $receipt.StoreBaseline.AppId | Should -BeExactly $App
        Remove-StoreSubmission $App -SubmissionId $receipt.submissionId -Confirm:$false
    }

    It 'is refused with <Code>: <Name>' -ForEach @(
        @{ Name = 'an unknown name'; Code = 'app.not_found'; Run = { New-StoreSubmission -AppName 'No such app' } }
        @{ Name = 'a part of a name'; Code = 'app.not_found'; Run = { Get-StoreApp -AppName $app1.primaryName.Substring(0, 5) } }
        @{ Name = 'a name and an id'; Code = 'request.target'; Run = { Get-StoreApp -AppName $app1.primaryName -AppId $App } }
        @{ Name = 'a name and an id by its position'; Code = 'request.target'; Run = { Get-StoreApp 9NBLGGH29DM8 -AppName $app1.primaryName } }
        @{ Name = 'a name and an add-on'; Code = 'request.target'; Run = { Get-StoreSubmission -AppName $app1.primaryName -AddOnId 9NBLGGH4TNMP } }
    ) {
        $failure = Get-Failure $Run
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,StoreShip.*"
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        @(Get-Request $emulator 'POST' '*/submissions').Count | Should -BeLessOrEqual 2
    }

    It 'is the target of an error' {
        (Get-Failure { New-StoreSubmission -AppName 'No such app' }).TargetObject | Should -BeExactly 'app No such app'
    }

    It 'is refused when several apps have it' {
        $twins = Start-StoreEmulator
        $connection = Connect-Store -Emulator $twins
        $client = New-Object System.Net.WebClient
        $client.Encoding = [Text.Encoding]::UTF8
        $state = ConvertFrom-StoreJson $client.DownloadString($twins.ControlUrl + 'state')
        foreach ($one in $state.applications) { $one.primaryName = 'Twin' }
        $client.Headers['Content-Type'] = 'application/json'
        $null = $client.UploadString($twins.ControlUrl + 'state', 'PUT', $state.ToJson())
        $failure = Get-Failure { New-StoreSubmission -AppName Twin -Connection $connection }
        $failure.FullyQualifiedErrorId | Should -BeLike 'app.ambiguous,*'
        "$failure" | Should -BeLike "*$App*"
        @(Get-Request $twins 'POST' '*/submissions').Count | Should -Be 0
    }
}
