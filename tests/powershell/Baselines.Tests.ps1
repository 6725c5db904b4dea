# Objects that lost their baseline: it comes from -Baseline, else from a sidecar, else from the service.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $draft = New-StoreSubmission $App
    $ids = @{ AppId = $App; SubmissionId = $draft.id }
    Push-Location $TestDrive

    # An edited submission that lost its baseline, its ids and ToJson.
    function Get-Lost([object] $Submission) {
        $lost = $Submission | Select-Object *
        $lost.notesForCertification = 'lost'
        $lost.StoreBaseline | Should -BeNullOrEmpty
        $lost
    }
    # Splits the output of a cmdlet into its verbose stream and its result.
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

Describe 'the parameter -Baseline' {
    BeforeAll {
        $whole = Get-StoreSubmission @ids
        [IO.File]::WriteAllText((Join-Path $TestDrive 'base.json'), $whole.StoreBaseline.Text)
        $whole | Export-StoreSubmission -Path kept.json
    }

    It 'takes <Name>' -ForEach @(
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
        # Another client changes the draft; no cmdlet of this process reads it afterwards.
        $theirs = ConvertFrom-StoreJson $whole.ToJson()
        $theirs.visibility = 'Hidden'
        $put = @{ method = 'PUT'; path = "applications/$App/submissions/$($draft.id)"; body = [StoreShip.Json.JsonRaw]$theirs.ToJson() }
        $null = Invoke-StoreOperation service.call $put
    }

    It 'is the baseline, so changes of other clients stay' {
        $told = Split-Verbose (Set-StoreSubmission $lost -PassThru -Verbose 4>&1)
        $told.Said | Should -BeLike '*compared with the one in *mine.json.baseline.json*'
        $told.Result.StoreBaseline.Report.baseline | Should -BeExactly 'sidecar'
        $told.Result.StoreBaseline.Report.edits.path | Should -BeExactly '/notesForCertification'
        (Get-Sent).visibility | Should -BeExactly 'Hidden'
        (Get-Sent).notesForCertification | Should -BeExactly 'lost'
    }

    It 'is found by -AppId and -SubmissionId, for JSON text too' {
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

    It 'is updated when its file is stored, so the file can be stored again' {
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

    It 'is what Compare-StoreSubmission compares with, without a request' {
        $before = @(Get-Request $emulator).Count
        $told = Split-Verbose (Compare-StoreSubmission $lost -Verbose 4>&1)
        $told.Result.path | Should -BeExactly '/notesForCertification'
        $told.Said | Should -BeLike 'compared with the baseline in *mine.json.baseline.json'
        @(Get-Request $emulator).Count | Should -Be $before
    }

    It 'is not used any more after <Name>' -ForEach @(
        @{ Name = 'the file was deleted'; Happens = { Remove-Item mine.json.baseline.json } }
        @{ Name = 'the file was overwritten for another submission'; Happens = {
                $null = New-Item -ItemType Directory else
                Export-StoreSubmission $App -SubmissionId (Get-StoreSubmission $App -Published).id -Path else/mine.json
                Copy-Item else/mine.json.baseline.json mine.json.baseline.json -Force
            }
        }
        @{ Name = 'a cmdlet read a newer text from the service'; Happens = { $null = Get-StoreSubmission @ids } }
        @{ Name = 'another edit was stored'; Happens = { Edit-StoreSubmission @ids { $_.notesForCertification = 'stored' } } }
    ) {
        . $Happens
        $told = Split-Verbose ($lost | Set-StoreSubmission @ids -WhatIf -Verbose 4>&1)
        $told.Result.baseline | Should -BeExactly 'service'
        $told.Said | Should -BeLike '*no baseline*compared with the submission that the service has now*'
        # Without the sidecar, the change of the other client looks like an edit of this one.
        $told.Result.edits.path | Should -Contain '/visibility'
    }

    It 'is the baseline of an export, which has the edits' {
        $told = Split-Verbose ($lost | Export-StoreSubmission -Path again.json -Force -Verbose 4>&1)
        $told.Said | Should -BeLike '*compared with the one in *mine.json.baseline.json*'
        [IO.File]::ReadAllText((Join-Path $TestDrive 'again.json')) | Should -BeExactly ($whole.StoreBaseline.Text | Set-StoreJsonValue /notesForCertification lost)
        (Compare-StoreSubmission -Path again.json).path | Should -BeExactly '/notesForCertification'
    }

    It 'lets Edit-StoreSubmission find edits that it would lose' {
        $failure = Get-Failure { $lost | Edit-StoreSubmission @ids { $_.visibility = 'Private' } }
        "$failure" | Should -BeLike '*unstored changes*'
    }

    It 'does not replace the baseline of an object' {
        $plan = Get-StoreSubmission @ids | Set-StoreSubmission -WhatIf
        $plan.baseline | Should -BeExactly 'object'
        $plan.edits | Should -BeNullOrEmpty
    }
}

Describe 'without a sidecar' {
    It 'the submission is compared with the one of the service, and the result says so' {
        # Without a price the update, and so its preview, would be refused.
        New-StoreSubmission 9NBLGGH29DM8 | Edit-StoreSubmission { $_.pricing.priceId = 'Tier2' }
        $draft2 = Get-StoreSubmission 9NBLGGH29DM8 -Pending
        $lost = Get-Lost $draft2
        $told = Split-Verbose ($lost | Set-StoreSubmission -AppId 9NBLGGH29DM8 -SubmissionId $draft2.id -WhatIf -Verbose 4>&1)
        $told.Said | Should -BeLike '*no baseline*compared with the submission that the service has now*'
        $told.Result.edits.path | Should -BeExactly '/notesForCertification'
        $told.Result.baseline | Should -BeExactly 'service'
        $lost | Export-StoreSubmission -AppId 9NBLGGH29DM8 -SubmissionId $draft2.id -Path late.json
        (Compare-StoreSubmission -Path late.json).path | Should -BeExactly '/notesForCertification'
        $lost.id = 'of nothing that was exported'
        (Get-Failure { $lost | Set-StoreSubmission -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        (Get-Failure { $lost | Compare-StoreSubmission -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
    }
}
