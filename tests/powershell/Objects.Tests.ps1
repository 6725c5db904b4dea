# The objects that cmdlets return: plain data, with the baseline and the ids beside it.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $submission = Get-StoreSubmission $App
    $text = ConvertTo-StoreJson $submission -Compress

    function Copy-Through([string] $How) {
        switch ($How) {
            'a variable' { $copy = $submission; $copy }
            'the pipeline' { $submission | Where-Object { $_ } | ForEach-Object { $_ } }
            'a function' { & { param([object] $o) $o } $submission }
            'a copy' { $submission.psobject.Copy() }
            'an array' { @(1, $submission)[1] }
            'a hashtable' { @{ a = $submission }.a }
            'Select-Object -First' { $submission | Select-Object -First 1 }
            'Sort-Object' { $submission | Sort-Object id }
            'a job' { Start-Job { $args[0] } -ArgumentList $submission | Receive-Job -Wait -AutoRemoveJob }
            'a thread' {
                $shell = [powershell]::Create()
                try { $shell.AddScript('param($o) $o | Where-Object { $_ }').AddArgument($submission).Invoke()[0] } finally { $shell.Dispose() }
            }
            'CLIXML' {
                $path = Join-Path $TestDrive 's.xml'
                $submission | Export-Clixml $path
                Import-Clixml $path
            }
        }
    }
}
AfterAll { Disconnect-Emulator }

Describe 'an object of a cmdlet' {
    It 'has its type name first' { $submission.psobject.TypeNames[0] | Should -BeExactly 'StoreShip.Submission' }

    It 'has the members of the document and no other' {
        $sent = ConvertFrom-StoreJson $submission.StoreBaseline.Text
        $submission.psobject.Properties.Name | Should -BeExactly $sent.psobject.Properties.Name
    }

    It 'returns its text with ToJson' { $submission.ToJson() | Should -BeExactly $submission.StoreBaseline.Text }

    It 'returns its text with the edits with ToJson' {
        $document = ConvertFrom-StoreJson '{ "a" : 1.10, "big":1e400, "f":0.12345678901234567890123456789012, "t":"\u00e9\/", "k": [ "x" ] }'
        $document.ToJson() | Should -BeExactly '{ "a" : 1.10, "big":1e400, "f":0.12345678901234567890123456789012, "t":"\u00e9\/", "k": [ "x" ] }'
        $document.k += 'y'
        $document.ToJson() | Should -BeExactly '{ "a" : 1.10, "big":1e400, "f":0.12345678901234567890123456789012, "t":"\u00e9\/", "k": [ "x", "y" ] }'
    }

    It 'writes a new fraction as <Json> with ToJson' -ForEach @(
        @{ Value = 0.1; Json = '0.1' }
        @{ Value = 25.0; Json = '25' }
        @{ Value = [single]0.1; Json = '0.1' }
        @{ Value = 1e-7; Json = '1e-7' }
        @{ Value = 1.10d; Json = '1.10' }
    ) {
        $document = ConvertFrom-StoreJson '{"n":3}'
        $document.n = $Value
        $document.ToJson() | Should -BeExactly "{`"n`":$Json}"
    }

    It 'refuses an infinity in ToJson' {
        $document = ConvertFrom-StoreJson '{"n":3}'
        $document.n = [double]::PositiveInfinity
        (Get-Failure { $document.ToJson() }).Exception.GetBaseException().Code | Should -BeExactly 'document.invalid'
    }

    It 'refuses damage in ToJson' {
        $document = ConvertFrom-StoreJson '{"o":{"k":["x"]}}'
        $document.o = "$($document.o)"
        (Get-Failure { $document.ToJson() }).Exception.GetBaseException().Code | Should -BeExactly 'document.damaged'
    }

    It 'shows only its data to ConvertTo-Json' {
        $submission | ConvertTo-Json -Depth 20 -Compress | Should -Not -BeLike '*StoreBaseline*'
    }

    It 'keeps dates as text' { $submission.targetPublishDate | Should -BeOfType string }

    It 'carries its ids and its text through <_>' -ForEach @(
        'a variable', 'the pipeline', 'a function', 'a copy', 'an array', 'a hashtable', 'Select-Object -First', 'Sort-Object', 'CLIXML',
        'a job', 'a thread'
    ) {
        $copy = Copy-Through $_
        ($copy | Get-StoreSubmission).id | Should -BeExactly $submission.id
        $copy.StoreBaseline.Text | Should -BeExactly $submission.StoreBaseline.Text
        $copy.StoreBaseline.AppId | Should -BeExactly $App
        ConvertTo-StoreJson $copy -Compress | Should -BeExactly $text
    }

    It 'has ids that an id on the command line replaces' {
        ($submission | Get-StoreSubmission -AppId 9NBLGGH29DM8).StoreBaseline.AppId | Should -BeExactly '9NBLGGH29DM8'
    }

    It 'is shown as a list of its main values' {
        $shown = $submission | Out-String
        $shown | Should -BeLike "*AppId*$App*"
        $shown | Should -BeLike '*Languages*en-us, de-de*'
    }
}

Describe 'a document with members named StoreBaseline and ToJson' {
    It 'stays whole' {
        $json = '{"StoreBaseline":{"Text":"mine"},"ToJson":1}'
        $document = ConvertFrom-StoreJson $json
        $document.StoreBaseline.Text | Should -BeExactly 'mine'
        ConvertTo-StoreJson $document -Compress | Should -BeExactly $json
    }
}

Describe 'completion' {
    It 'offers ids that a cmdlet returned' {
        $line = 'Get-StoreSubmission -AppId 9NBLGGH4'
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $offered.CompletionText | Should -Contain $App
    }

    It 'offers the submissions of the app' {
        $line = "Get-StoreSubmission -AppId $App -SubmissionId "
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $offered.CompletionText | Should -Contain $submission.id
    }

    It 'offers app ids by position, and then the submissions of that app' {
        $null = Get-StoreSubmission 9NBLGGH29DM8
        $line = 'Get-StoreSubmission '
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText
        $offered | Should -Contain $App
        $offered | Should -Not -Contain $submission.id
        $line = 'Get-StoreSubmission 9NBLGGH29DM8 -SubmissionId '
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText
        $offered | Should -Not -BeNullOrEmpty
        $offered | Should -Not -Contain $submission.id
    }

    It 'offers operations' {
        $line = 'Invoke-StoreOperation rollout.'
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
        $offered.CompletionText | Should -Contain 'rollout.halt'
    }
}
