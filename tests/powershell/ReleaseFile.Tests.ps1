# A release from a file (-ReleasePath), and a flight by its name (-FlightName).
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $Now = @{ Confirm = $false; PollSeconds = 0.01; Until = 'published' }

    # Writes store/release.json of a new folder and returns its path.
    function New-Release([hashtable] $Release, [hashtable] $Files = @{}) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive "$([Guid]::NewGuid().ToString('n'))/store")).FullName
        foreach ($name in $Files.Keys) { [IO.File]::WriteAllText((Join-Path $folder $name), $Files[$name]) }
        $path = Join-Path $folder 'release.json'
        [IO.File]::WriteAllText($path, (ConvertTo-Json $Release -Depth 10))
        $path
    }

    # What a release says that it would do.
    function Get-Question([scriptblock] $Script) {
        $log = Join-Path $TestDrive 'question.txt'
        $null = Start-Transcript $log
        try { $null = & $Script }
        finally { $null = Stop-Transcript }
        [regex]::Match([IO.File]::ReadAllText($log), '(?m)^What if: (.*?)\r?$').Groups[1].Value
    }
}

Describe 'a release from a file' {
    BeforeEach { $emulator = Connect-Emulator }
    AfterEach { Disconnect-Emulator }

    It 'has its product, its paths and its notes from there' {
        $path = New-Release @{ appId = $App; packages = @('*.msix'); releaseNotesPath = 'notes.txt' } @{ 'notes.txt' = "Faster`r`n" }
        New-TestPackage (Join-Path (Split-Path $path) 'App.msix') '2.0.0.0'
        Push-Location (Split-Path (Split-Path $path))
        try {
            $plan = Publish-StoreSubmission -ReleasePath store/release.json -WhatIf
            $plan.StoreBaseline.AppId | Should -BeExactly $App
            $plan.packages.fileName | Should -BeExactly 'App.msix'
            @(Get-Request $emulator POST '*/submissions').Count | Should -Be 0
            $receipt = $plan | Publish-StoreSubmission -ReleasePath store/release.json @Now
        }
        finally { Pop-Location }
        $receipt.status | Should -BeExactly 'Published'
        $receipt.StoreBaseline.AppId | Should -BeExactly $App
        (Get-StoreSubmission $App -Published).listings.'en-us'.baseListing.releaseNotes | Should -BeExactly 'Faster'
    }

    It 'says for whom it is, and a parameter comes before its field' {
        $said = Get-Question { Publish-StoreSubmission -ReleasePath (New-Release @{ appId = $App; visibility = 'Hidden'; commit = $false }) -WhatIf }
        $said | Should -BeLike "Publish *release.json for app $App to everybody, but leave the draft uncommitted"
        $flight = (Get-StoreFlight $App).flightId
        $said = Get-Question { Publish-StoreSubmission -ReleasePath (New-Release @{ appId = $App; flightName = 'insiders' }) -Draft adopt -WhatIf }
        $said | Should -BeLike "* for app $App to the flight Insiders ($flight)"
        $plan = Publish-StoreSubmission $App -ReleasePath (New-Release @{ visibility = 'Hidden'; commit = $false }) -Visibility Private -NoCommit:$false -WhatIf
        $plan.edits.value | Should -BeExactly 'Private'
        $plan.commit | Should -BeTrue
    }

    It 'is refused with the file, and nothing is sent: <Name>' -ForEach @(
        @{ Name = 'a typo'; Release = @{ relaseNotes = 'x' }; Code = 'request.unknown_field'; Says = '*release.json*/relaseNotes*'; Hint = 'use *releaseNotes*' }
        @{ Name = 'a wrong type'; Release = @{ packages = 'a.msix' }; Code = 'request.invalid'; Says = '*release.json*/packages*'; Hint = 'correct the file' }
        @{ Name = 'a wrong value'; Release = @{ appId = '9NBLGGH4R315'; rollout = 101 }; Code = 'request.invalid'; Says = '*release.json*/rollout*'; Hint = 'correct the file' }
        @{ Name = 'another app'; Release = @{ appId = '9NBLGGH29DM8' }; Code = 'request.target'; Says = '*release.json*9NBLGGH4R315*9NBLGGH29DM8*'; Hint = 'name the product in one of the two'; More = @{ AppId = '9NBLGGH4R315' } }
        @{ Name = 'no product'; Release = @{ visibility = 'Hidden' }; Code = 'request.target'; Says = '*no app*' }
    ) {
        $path = New-Release $Release
        if (-not $More) { $More = @{} }
        $before = @(Get-Request $emulator).Count
        $failure = Get-Failure { Publish-StoreSubmission -ReleasePath $path @More @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Code,*"
        "$failure" | Should -BeLike $Says
        if ($Hint) { $failure.ErrorDetails.RecommendedAction | Should -BeLike "*$Hint*" }
        @(Get-Request $emulator).Count | Should -Be $before
    }

    It 'that is not there is named' {
        $failure = Get-Failure { Publish-StoreSubmission -ReleasePath ./none.json @Now }
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.not_found,*'
        "$failure" | Should -BeLike '*none.json*'
    }

    It 'is not added to a draft whose last change failed' {
        $draft = New-StoreSubmission $App
        Add-Fault $emulator @{ method = 'PUT'; path = '*/submissions/*'; status = 400; body = @{ code = 'InvalidParameterValue'; message = 'no' } }
        $draft.notesForCertification = 'x'
        $null = Get-Failure { $draft | Set-StoreSubmission }
        $path = New-Release @{ appId = $App; visibility = 'Hidden'; draft = 'adopt' }
        (Get-Failure { Publish-StoreSubmission -ReleasePath $path @Now }).FullyQualifiedErrorId | Should -BeLike 'submission.failed_change,*'
        (Publish-StoreSubmission -ReleasePath $path @Now -IgnoreFailedChange).status | Should -BeExactly 'Published'
    }
}

Describe 'a flight by its name' {
    BeforeAll {
        $emulator = Connect-Emulator
        $flight = Get-StoreFlight $App
    }
    AfterAll { Disconnect-Emulator }

    It 'is found by every cmdlet that takes a flight' {
        (Get-StoreFlight $App -FlightName INSIDERS).flightId | Should -BeExactly $flight.flightId
        (Get-StoreApp $App | Get-StoreSubmission -FlightName Insiders -Published).StoreBaseline.FlightId | Should -BeExactly $flight.flightId
        (Publish-StoreSubmission $App -FlightName Insiders -Draft adopt -WhatIf).audience | Should -BeExactly "flight $($flight.flightId)"
    }

    It 'may be a column of a row, and an id in the row comes first' {
        $row = [pscustomobject]@{ AppId = $App; FlightName = 'Insiders' }
        ($row | Get-StoreSubmission -Published).StoreBaseline.FlightId | Should -BeExactly $flight.flightId
        $row = [pscustomobject]@{ AppId = $App; FlightId = $flight.flightId; FlightName = 'an old name' }
        ($row | Get-StoreSubmission -Published).StoreBaseline.FlightId | Should -BeExactly $flight.flightId
        ($row | Get-StoreApp).id | Should -BeExactly $App
        (Get-Failure { [pscustomobject]@{ AppId = $App; FlightName = ' ' } | Get-StoreSubmission }).FullyQualifiedErrorId | Should -BeLike 'request.blank_id,*'
    }

    It 'is looked up once for each app of a pipeline' {
        $before = @(Get-Request $emulator GET '*/listflights').Count
        $null = $App, $App | Get-StoreSubmission -FlightName Insiders -Published
        @(Get-Request $emulator GET '*/listflights').Count | Should -Be ($before + 1)
    }

    It 'that no flight has is refused with the names that there are' {
        $failure = Get-Failure { Get-StoreFlight $App -FlightName Nobody }
        $failure.FullyQualifiedErrorId | Should -BeLike 'flight.not_found,*'
        "$failure" | Should -BeLike '*Insiders*'
    }

    It 'is refused with an id, for an add-on and when it is blank' {
        (Get-Failure { Get-StoreFlight $App -FlightName Insiders -FlightId $flight.flightId }).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        (Get-Failure { Get-StoreSubmission -AddOnId 9NBLGGH4TNMP -FlightName Insiders }).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        (Get-Failure { Get-StoreSubmission -FlightName Insiders }).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
        (Get-Failure { Publish-StoreSubmission $App -FlightName '' -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'request.blank_id,*'
        (Get-Failure { Get-StoreApp $App -FlightName Insiders }).FullyQualifiedErrorId | Should -BeLike 'request.target,*'
    }
}
