# What stands in for a baseline that was lost on the way: the one that is given, else a sidecar, else what the service has.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $draft = New-StoreSubmission $App
    $ids = @{ AppId = $App; SubmissionId = $draft.id }
    Push-Location $TestDrive

    # A submission that lost its baseline, its ids and its method, with an edit in it.
    function Get-Lost([object] $Submission) {
        $lost = $Submission | Select-Object *
        $lost.notesForCertification = 'lost'
        $lost.StoreBaseline | Should -BeNullOrEmpty
        $lost
    }
    # What a cmdlet says in its verbose stream, and what it returns.
    function Split-Verbose([object[]] $Output) {
        $said = @($Output | Where-Object { $_ -is [Management.Automation.VerboseRecord] })
        [pscustomobject]@{ Said = "$said"; Result = $Output | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] } }
    }
    function Get-Sent { ConvertFrom-StoreJson @(Get-Request $emulator 'PUT')[-1].body }
}
AfterAll {
    Pop-Location
    Disconnect-Emulator
}

Describe 'a baseline that is given' {
    BeforeAll {
        $whole = Get-StoreSubmission @ids
        [IO.File]::WriteAllText((Join-Path $TestDrive 'base.json'), $whole.StoreBaseline.Text)
        $whole | Export-StoreSubmission -Path kept.json
    }

    It 'as <Name>' -ForEach @(
        @{ Name = 'a path'; Given = { 'base.json' } }
        @{ Name = 'a sidecar'; Given = { 'kept.json.baseline.json' } }
        @{ Name = 'text'; Given = { $whole.StoreBaseline.Text } }
        @{ Name = 'an object'; Given = { $whole } }
    ) {
        $plan = Get-Lost $whole | Set-StoreSubmission @ids -Baseline (& $Given) -WhatIf
        $plan.edits.path | Should -BeExactly '/notesForCertification'
        $plan.baseline | Should -BeExactly 'parameter'
    }
}

Describe 'a sidecar of this process' {
    BeforeEach {
        Edit-StoreSubmission @ids { $_.notesForCertification = 'before'; $_.visibility = 'Public' }
        $whole = Get-StoreSubmission @ids
        $whole | Export-StoreSubmission -Path mine.json -Force
        $lost = Get-Lost $whole
        # A colleague works on the service meanwhile; this process does not hear of it.
        $theirs = ConvertFrom-StoreJson $whole.ToJson()
        $theirs.visibility = 'Hidden'
        $put = @{ method = 'PUT'; path = "applications/$App/submissions/$($draft.id)"; body = [StoreShip.Json.JsonRaw]$theirs.ToJson() }
        $null = Invoke-StoreOperation service.call $put
    }

    It 'is the baseline: what somebody else changed stays' {
        $told = Split-Verbose (Set-StoreSubmission $lost -PassThru -Verbose 4>&1)
        $told.Said | Should -BeLike '*mine.json.baseline.json stands in for it*'
        $told.Result.StoreBaseline.Report.baseline | Should -BeExactly 'sidecar'
        $told.Result.StoreBaseline.Report.edits.path | Should -BeExactly '/notesForCertification'
        (Get-Sent).visibility | Should -BeExactly 'Hidden'
        (Get-Sent).notesForCertification | Should -BeExactly 'lost'
    }

    It 'is found by the ids that are given, for JSON text too' {
        $plan = Set-StoreSubmission @ids -Json (ConvertTo-StoreJson $lost) -WhatIf
        $plan.baseline | Should -BeExactly 'sidecar'
        $plan.edits.path | Should -BeExactly '/notesForCertification'
    }

    It 'is found after <_>' -ForEach 'ConvertFrom-Json', 'Import-StoreSubmission', 'Export-Clixml of a selection', 'Start-Job' {
        $copy = switch ($_) {
            'ConvertFrom-Json' { ConvertFrom-StoreJson (ConvertTo-StoreJson $lost) | Select-Object * }
            'Import-StoreSubmission' { Get-Lost (Import-StoreSubmission mine.json) }
            'Export-Clixml of a selection' { $lost | Export-Clixml lost.xml; Import-Clixml lost.xml }
            'Start-Job' { Start-Job { $args[0] } -ArgumentList $lost | Receive-Job -Wait -AutoRemoveJob }
        }
        $plan = $copy | Set-StoreSubmission -WhatIf
        $plan.baseline | Should -BeExactly 'sidecar'
        $plan.edits.path | Should -BeExactly '/notesForCertification'
    }

    It 'goes along with a file that is stored, changed and stored again' {
        $file = Join-Path $TestDrive 'again.json'
        Get-StoreSubmission @ids | Export-StoreSubmission -Path $file
        function Save-Notes([string] $Notes) {
            $text = [IO.File]::ReadAllText($file) -replace '("notesForCertification"\s*:\s*)"[^"]*"', "`$1`"$Notes`""
            [IO.File]::WriteAllText($file, $text)
        }
        foreach ($notes in 'one', 'two') {
            Save-Notes $notes
            Set-StoreSubmission -Path $file
            (Get-Sent).notesForCertification | Should -Be $notes
        }
        Edit-StoreSubmission @ids { $_.notesForCertification = 'theirs' }
        Save-Notes 'three'
        (Get-Failure { Set-StoreSubmission -Path $file }).FullyQualifiedErrorId | Should -BeLike 'document.conflict*'
    }

    It 'is compared with, without a request' {
        $before = @(Get-Request $emulator).Count
        $told = Split-Verbose (Compare-StoreSubmission $lost -Verbose 4>&1)
        $told.Result.path | Should -BeExactly '/notesForCertification'
        $told.Said | Should -BeLike '*mine.json.baseline.json keeps*'
        @(Get-Request $emulator).Count | Should -Be $before
    }

    It 'counts no more when <Name>' -ForEach @(
        @{ Name = 'it is gone'; Happens = { Remove-Item mine.json.baseline.json } }
        @{ Name = 'another submission is in its place'; Happens = {
                $null = New-Item -ItemType Directory else
                Export-StoreSubmission $App -SubmissionId (Get-StoreSubmission $App -Published).id -Path else/mine.json
                Copy-Item else/mine.json.baseline.json mine.json.baseline.json -Force
            }
        }
        @{ Name = 'the service was heard to have another text'; Happens = { $null = Get-StoreSubmission @ids } }
        @{ Name = 'something was stored'; Happens = { Edit-StoreSubmission @ids { $_.notesForCertification = 'stored' } } }
    ) {
        . $Happens
        $told = Split-Verbose ($lost | Set-StoreSubmission @ids -WhatIf -Verbose 4>&1)
        $told.Result.baseline | Should -BeExactly 'service'
        $told.Said | Should -BeLike '*no baseline*what the service has now stands in*'
        # The colleague's change looks like one of ours: the reason why a sidecar is better.
        $told.Result.edits.path | Should -Contain '/visibility'
    }

    It 'is what an export is written against, with the edits' {
        $told = Split-Verbose ($lost | Export-StoreSubmission -Path again.json -Force -Verbose 4>&1)
        $told.Said | Should -BeLike '*mine.json.baseline.json stands in for it*'
        [IO.File]::ReadAllText((Join-Path $TestDrive 'again.json')) | Should -BeExactly ($whole.StoreBaseline.Text | Set-StoreJsonValue /notesForCertification lost)
        (Compare-StoreSubmission -Path again.json).path | Should -BeExactly '/notesForCertification'
    }

    It 'shows edits that Edit-StoreSubmission would lose' {
        $failure = Get-Failure { $lost | Edit-StoreSubmission @ids { $_.visibility = 'Private' } }
        "$failure" | Should -BeLike '*changes that are not stored*'
    }

    It 'does not stand before a baseline that is there' {
        $plan = Get-StoreSubmission @ids | Set-StoreSubmission -WhatIf
        $plan.baseline | Should -BeExactly 'object'
        $plan.edits | Should -BeNullOrEmpty
    }
}

Describe 'without a sidecar' {
    It 'it is what the service has now, and that is told' {
        $draft2 = New-StoreSubmission 9NBLGGH29DM8
        $lost = Get-Lost $draft2
        $told = Split-Verbose ($lost | Set-StoreSubmission -AppId 9NBLGGH29DM8 -SubmissionId $draft2.id -WhatIf -Verbose 4>&1)
        $told.Said | Should -BeLike '*no baseline*what the service has now stands in*'
        $told.Result.edits.path | Should -BeExactly '/notesForCertification'
        $told.Result.baseline | Should -BeExactly 'service'
        $lost | Export-StoreSubmission -AppId 9NBLGGH29DM8 -SubmissionId $draft2.id -Path late.json
        (Compare-StoreSubmission -Path late.json).path | Should -BeExactly '/notesForCertification'
        $lost.id = 'of nothing that was exported'
        (Get-Failure { $lost | Set-StoreSubmission -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        (Get-Failure { $lost | Compare-StoreSubmission -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
    }
}
