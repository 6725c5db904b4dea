# A receipt is the link between the jobs of a pipeline: as an object, and as a file that another job reads. And ids from
# variables and files may have white space around them.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $flight = '43e448df-97c9-4a43-a0bc-2a445e736bcd'
    $addOn = '9NBLGGH4TNMP'

    # A draft of a release; its receipt as it is, and as another job reads it from a file.
    function New-Receipt([hashtable] $Target, [bool] $FromFile) {
        Get-StoreSubmission @Target | Where-Object status -EQ PendingCommit | Remove-StoreSubmission -Confirm:$false
        Read-Receipt (Publish-StoreSubmission @Target -Edit @{ '/targetPublishMode' = 'Manual' } -NoCommit -Confirm:$false) $FromFile
    }

    function Read-Receipt([object] $Receipt, [bool] $FromFile) {
        if (-not $FromFile) { return $Receipt }
        $file = Join-Path $TestDrive 'receipt.json'
        $receipt | ConvertTo-StoreJson -Path $file -Force
        ConvertFrom-StoreJson -Path $file
    }
}
AfterAll { Disconnect-Emulator }

Describe 'a receipt of <Name>' -ForEach @(
    foreach ($fromFile in $false, $true) {
        @{ Name = "an app, from a file: $fromFile"; Target = @{ AppId = '9NBLGGH4R315' }; FromFile = $fromFile }
        @{ Name = "a flight, from a file: $fromFile"; Target = @{ AppId = '9NBLGGH4R315'; FlightId = '43e448df-97c9-4a43-a0bc-2a445e736bcd' }; FromFile = $fromFile }
        @{ Name = "an add-on, from a file: $fromFile"; Target = @{ AddOnId = '9NBLGGH4TNMP' }; FromFile = $fromFile }
    }
) {
    It 'leads to its submission: Get-StoreSubmission and Get-StoreSubmissionStatus' {
        $receipt = New-Receipt $Target $FromFile
        ($receipt | Get-StoreSubmission).id | Should -BeExactly $receipt.submissionId
        $status = $receipt | Get-StoreSubmissionStatus
        $status.SubmissionId | Should -BeExactly $receipt.submissionId
        $status.FlightId | Should -BeExactly $Target.FlightId
        $status.status | Should -BeExactly 'PendingCommit'
    }

    It 'shows what the release changes: Compare-StoreSubmission' {
        $receipt = New-Receipt $Target $FromFile
        $edits = @($receipt | Compare-StoreSubmission)
        $edits.path | Should -BeExactly '/targetPublishMode'
        $edits.value | Should -BeExactly 'Manual'
        (Compare-StoreSubmission $receipt).path | Should -BeExactly '/targetPublishMode'
        Compare-StoreSubmission $receipt $receipt | Should -BeNullOrEmpty
    }

    It 'can be edited: Edit-StoreSubmission' {
        $receipt = New-Receipt $Target $FromFile
        $receipt | Edit-StoreSubmission { $_.targetPublishMode = 'Immediate' }
        ($receipt | Get-StoreSubmission).targetPublishMode | Should -BeExactly 'Immediate'
    }

    It 'can be undone: Remove-StoreSubmission' {
        $receipt = New-Receipt $Target $FromFile
        $receipt | Remove-StoreSubmission -Confirm:$false
        @(Get-Request $emulator DELETE "*/submissions/$($receipt.submissionId)").Count | Should -Be 1
    }

    It 'can be committed and waited for: Complete-StoreSubmission and Wait-StoreSubmission' {
        $receipt = New-Receipt $Target $FromFile
        $receipt = Read-Receipt ($receipt | Publish-StoreSubmission -Edit @{ '/targetPublishMode' = 'Immediate' } -NoCommit -Confirm:$false) $FromFile
        $receipt | Complete-StoreSubmission -Confirm:$false
        $status = $receipt | Wait-StoreSubmission @Quick
        $status.status | Should -BeExactly 'Published'
        $status.SubmissionId | Should -BeExactly $receipt.submissionId
    }

    It 'commits only the draft that was looked at: <Way>' -ForEach @(
        @{ Way = 'from the pipeline'; Commit = { $receipt | Complete-StoreSubmission -Confirm:$false } }
        @{ Way = 'as an argument, or with the ids on the command line'; Commit = { if ($FromFile) { $receipt | Complete-StoreSubmission @Target -Confirm:$false } else { Complete-StoreSubmission $receipt -Confirm:$false } } }
        @{ Way = 'by its hash'; Commit = { Complete-StoreSubmission @Target -DraftHash $receipt.draftHash -Confirm:$false } }
    ) {
        $receipt = New-Receipt $Target $FromFile
        $receipt | Edit-StoreSubmission { $_.targetPublishMode = 'Immediate' }
        $failure = Get-Failure $Commit
        $failure.FullyQualifiedErrorId | Should -BeLike 'draft.changed,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*(Compare-StoreSubmission)*-DraftHash*'
        @(Get-Request $emulator POST "*/submissions/$($receipt.submissionId)/commit").Count | Should -Be 0
        # The error says which draft it is about.
        $failure.TargetObject.SubmissionId | Should -BeExactly $receipt.submissionId
        $failure.Exception.SubmissionId | Should -BeExactly $receipt.submissionId
        $failure.Exception.AppId | Should -BeExactly $Target.AppId
        $failure.Exception.FlightId | Should -BeExactly $Target.FlightId
        $failure.Exception.AddOnId | Should -BeExactly $Target.AddOnId
        # Who has looked again commits it with the hash of the message, or by its name.
        $hash = [regex]::Match($failure.ErrorDetails.Message, 'DraftHash: (\S+)').Groups[1].Value
        $null = Complete-StoreSubmission @Target -DraftHash $hash -Confirm:$false
        $null = $receipt | Wait-StoreSubmission @Quick
    }
}

Describe 'a receipt' {
    It 'can be added to by Send-StorePackage: <Name>' -ForEach @(
        foreach ($fromFile in $false, $true) {
            @{ Name = "an app, from a file: $fromFile"; Target = @{ AppId = '9NBLGGH4R315' }; FromFile = $fromFile }
            @{ Name = "a flight, from a file: $fromFile"; Target = @{ AppId = '9NBLGGH4R315'; FlightId = '43e448df-97c9-4a43-a0bc-2a445e736bcd' }; FromFile = $fromFile }
        }
    ) {
        $receipt = New-Receipt $Target $FromFile
        $package = New-TestPackage (Join-Path $TestDrive 'Contoso_1.9.0.0_x64.msix') '1.9.0.0'
        $draft = $receipt | Get-StoreSubmission
        $list = if ($Target.FlightId) { 'flightPackages' } else { 'applicationPackages' }
        $draft.$list += @{ fileName = 'Contoso_1.9.0.0_x64.msix'; fileStatus = 'PendingUpload' }
        $draft | Set-StoreSubmission
        $sent = $receipt | Send-StorePackage -Path $package
        $sent.entries.name | Should -BeExactly 'Contoso_1.9.0.0_x64.msix'
        $receipt | Remove-StoreSubmission -Confirm:$false
    }
}

Describe 'a release' {
    It 'can be piped on to <_>' -ForEach 'Get-StoreSubmission', 'Get-StoreSubmissionStatus', 'Wait-StoreSubmission' {
        $command = Get-Command $_
        $more = if ($_ -eq 'Wait-StoreSubmission') { $Quick } else { @{} }
        $found = Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = "for $_" } @Quick -Confirm:$false | & $command @more
        $found.SubmissionId | Should -Not -BeNullOrEmpty
        Get-StoreSubmission $App -Pending -ErrorAction SilentlyContinue | Wait-StoreSubmission @Quick
    }

    It 'piped to Compare-StoreSubmission says what it changes' {
        $edits = @(Publish-StoreSubmission $App -ReleaseNotes @{ 'en-us' = 'compared' } -NoCommit -Confirm:$false | Compare-StoreSubmission)
        $edits.value | Should -BeExactly 'compared'
        (Get-StoreApp $App | Compare-StoreSubmission).value | Should -BeExactly 'compared'
        Get-StoreSubmission $App -Pending | Remove-StoreSubmission -Confirm:$false
        Get-StoreApp $App | Compare-StoreSubmission | Should -BeNullOrEmpty
    }
}

Describe 'an id with white space around it' {
    BeforeAll {
        $mark = [string] [char] 0xFEFF
        $around = " $App`r`n"
    }

    It 'is trimmed in requests, objects, questions and errors' {
        foreach ($found in (Get-StoreApp $around), (Get-StoreApp -AppId "$mark$App`n"), ("`t$App" | Get-StoreApp), ([pscustomobject]@{ AppId = $around } | Get-StoreApp)) {
            $found.AppId | Should -BeExactly $App
        }
        (Get-StoreFlight $around -FlightId "$flight`n").FlightId | Should -BeExactly $flight
        (Get-StoreSubmission -AddOnId "$addOn`n").AddOnId | Should -BeExactly $addOn
        $published = (Get-StoreSubmission $around -Published).SubmissionId
        $submission = Get-StoreSubmission $around "$published`n"
        $submission.AppId | Should -BeExactly $App
        $submission.SubmissionId | Should -BeExactly $published
        "$submission" | Should -BeExactly "app $App, submission $published"
        $file = Join-Path $TestDrive 'trimmed.json'
        Export-StoreSubmission $around "$published`n" -Path $file -Force
        (Import-StoreSubmission $file).SubmissionId | Should -BeExactly $published
        (Get-Failure { Get-StoreSubmission $around -SubmissionId "7`n" }).TargetObject | Should -BeExactly "app $App, submission 7"
        (Test-Store -AppId $around | Where-Object Check -Like 'App*').Check | Should -BeExactly "App $App"
        @(Get-Request $emulator).path -match '\s|%0|%20|%EF' | Should -BeNullOrEmpty
    }

    It 'is trimmed in the question' {
        $log = Join-Path $TestDrive 'question.txt'
        $null = Start-Transcript $log
        try {
            $null = Publish-StoreSubmission $around -ReleaseNotes @{ 'en-us' = 'x' } -WhatIf
            Set-StoreRollout $around -SubmissionId "7`n" -Percentage 50 -WhatIf
            Stop-StoreRollout $around -SubmissionId "7`n" -WhatIf
        }
        finally { $null = Stop-Transcript }
        $text = [IO.File]::ReadAllText($log)
        $text | Should -BeLike "*Publish for app $App to everybody*"
        ([regex]::Matches($text, "`"app $App, submission 7`"")).Count | Should -Be 2
    }

    It 'names the same app as the one of an object' {
        $draft = Get-StoreSubmission -AppId $App -FlightId $flight
        # The flight of an object of the same app stays.
        ($draft | Get-StoreSubmission -AppId $around).FlightId | Should -BeExactly $flight
    }

    It 'is trimmed in the ids of groups, of the tenant and of the client' {
        $made = New-StoreFlight $around 'Trimmed' -GroupId "1152921504606962205`n" -RankHigherThan "$flight`n"
        $made.groupIds | Should -BeExactly '1152921504606962205'
        $made | Remove-StoreFlight -Confirm:$false
        $before = Connect-Store -Emulator $emulator
        $connection = Connect-Store -TenantId "$($emulator.TenantId)`n" -ClientId " $($emulator.ClientId)" -ClientSecret (
            ConvertTo-SecureString $emulator.ClientSecret -AsPlainText -Force) -ServiceUrl $emulator.ServiceUrl -AuthorityUrl $emulator.AuthorityUrl 3> $null
        $connection.TenantId | Should -BeExactly $emulator.TenantId
        $connection.ClientId | Should -BeExactly $emulator.ClientId
        $before.IsOpen | Should -BeTrue
    }

    It 'that is nothing else is refused, a byte order mark too' {
        foreach ($blank in '', " `n", $mark, "$mark `n") {
            (Get-Failure { Publish-StoreSubmission -AppId $App -FlightId $blank -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'request.blank_id,*'
        }
    }
}
