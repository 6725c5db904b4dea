# One object at several places of a submission, as after a language was cloned by reference, and a name that a typed text
# has twice: neither may edit or drop a value unseen.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $null = New-StoreSubmission $App
    $English = '/listings/en-us'

    function Get-Draft { Get-StoreSubmission $App -Pending }
    function Get-PutCount { @(Get-Request $emulator 'PUT' '*/submissions/*').Count }
    # Adds a member, as a script does.
    function Add-Language([object] $Submission, [string] $Name, [object] $Value) { $Submission.listings | Add-Member $Name $Value }
}
AfterAll { Disconnect-Emulator }

Describe 'a language that was cloned by reference' {
    It 'is a warning and a remark when nothing was changed' {
        $s = Get-Draft
        Add-Language $s 'fr-fr' $s.listings.'en-us'
        $plan = Set-StoreSubmission $s -WhatIf -WarningVariable warnings 3> $null
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike "*$English and /listings/fr-fr are one object*"
        $plan.edits.path | Should -BeExactly '/listings/fr-fr'
        @($plan.remarks | Where-Object { (ConvertTo-StoreJson $_) -like '*shared*' }).Count | Should -BeGreaterThan 0
    }

    It 'is refused once one of the two was changed: <Name>' -ForEach @(
        @{ Name = 'after the clone'; Edit = { Add-Language $s 'fr-fr' $s.listings.'en-us'; $s.listings.'fr-fr'.baseListing.title = 'Lecteur' } }
        @{ Name = 'before the clone'; Edit = { $s.listings.'en-us'.baseListing.title = 'Lecteur'; Add-Language $s 'fr-fr' $s.listings.'en-us' } }
        @{ Name = 'over a language that is there'; Edit = { $s.listings.'de-de' = $s.listings.'en-us'; $s.listings.'de-de'.baseListing.title = 'Leser' } }
        @{ Name = 'a shallow copy'; Edit = { Add-Language $s 'fr-fr' $s.listings.'en-us'.psobject.Copy(); $s.listings.'fr-fr'.baseListing.title = 'Lecteur' } }
        @{ Name = 'an array'; Edit = { $s.listings.'de-de'.baseListing.keywords = $s.listings.'en-us'.baseListing.keywords; $s.listings.'de-de'.baseListing.keywords[0] = 'Buch' } }
    ) {
        $before = Get-PutCount
        $s = Get-Draft
        . $Edit
        $failure = Get-Failure { $s | Set-StoreSubmission 3> $null }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
        "$failure" | Should -BeLike "*$English*/listings/*one object*"
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*ConvertFrom-StoreJson (ConvertTo-StoreJson*'
        Get-PutCount | Should -Be $before
        (Get-Failure { $s.ToJson() }).Exception.GetBaseException().Code | Should -BeExactly 'document.damaged'
        $null = Compare-StoreSubmission $s -WarningVariable warnings 3> $null
        "$warnings" | Should -BeLike '*Set-StoreSubmission would refuse*one object*'
        $failure = Get-Failure { Edit-StoreSubmission $App { $s = $_; . $Edit } 3> $null }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
    }

    It 'is accepted when the copy is one' {
        $s = Get-Draft
        Add-Language $s 'fr-fr' (ConvertFrom-StoreJson (ConvertTo-StoreJson $s.listings.'en-us'))
        $s.listings.'fr-fr'.baseListing.title = 'Lecteur'
        $plan = Set-StoreSubmission $s -WhatIf -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $plan.edits.path | Should -BeExactly '/listings/fr-fr'
    }

    It 'is accepted when a script assigned it to every place: <Name>' -ForEach @(
        @{ Name = 'an array'; Edit = { $words = 'a', 'b'; foreach ($language in 'en-us', 'de-de') { $s.listings.$language.baseListing.keywords = $words } } }
        @{ Name = 'an object'; Edit = { $price = ConvertFrom-StoreJson '{"a":[1]}'; $s.pricing.marketSpecificPricings = $price; $s.gamingOptions = $price } }
        @{ Name = 'a document'; Edit = { $l = ConvertFrom-StoreJson '{"baseListing":{"title":"x"}}'; $s.listings.'en-us' = $l; $s.listings.'de-de' = $l } }
    ) {
        $s = Get-Draft
        . $Edit
        $edits = Compare-StoreSubmission $s -WarningVariable warnings 3> $null
        @($edits).Count | Should -BeGreaterThan 0
        @($warnings | Where-Object { "$_" -like '*one object*' }).Count | Should -Be 0
    }

    It 'is refused for an item that was added to its own array' {
        $s = ConvertFrom-StoreJson '{"images":[{"id":"1","fileName":"a.png"}]}'
        $copy = $s.images[0]
        $copy.fileName = 'b.png'
        $s.images += $copy
        (Get-Failure { $s.ToJson() }).Exception.GetBaseException().Code | Should -BeExactly 'document.damaged'
    }
}

Describe 'a name that is there twice' {
    BeforeAll {
        $twice = "{`"pricing`": {`"priceId`": `"Tier2`",`n  `"priceId`": `"Free`"}}"
        function Write-Text([string] $Name, [string] $Text) {
            $path = Join-Path $TestDrive $Name
            [IO.File]::WriteAllText($path, $Text)
            $path
        }
        function Assert-Refused([scriptblock] $Script) {
            $failure = Get-Failure $Script
            $failure.FullyQualifiedErrorId | Should -BeLike 'document.duplicate_name,*'
            "$failure" | Should -BeLike '*/pricing/priceId is there twice*line 2, column 3*'
            "$failure"
        }
    }

    It 'is refused with its place in a typed text' {
        $file = Write-Text 'twice.json' $twice
        $null = Assert-Refused { ConvertFrom-StoreJson $twice }
        $null = Assert-Refused { ConvertFrom-StoreJson $twice -AsHashtable }
        foreach ($script in { ConvertFrom-StoreJson -Path $file }, { Import-StoreSubmission $file }, { Compare-StoreSubmission -Path $file -ReferenceObject '{}' },
            { Compare-StoreSubmission '{}' -ReferenceObject $file }, { Set-StoreSubmission $App -SubmissionId 1 -Path $file }) {
            Assert-Refused $script | Should -BeLike "*$file*"
        }
        "$(Get-Failure { ConvertFrom-StoreJson '[1,{"a":{"b":1,"c":[],"b":2}}]' })" | Should -BeLike '*/1/a/b is there twice*line 1, column 23*'
    }

    It 'is kept where the service sent it' {
        $file = Write-Text 'sent.json' $twice
        $null = Write-Text 'sent.json.baseline.json' "{`"format`":`"storeship-baseline-1`",`"baseline`":$($twice -replace '\s')}"
        $document = Import-StoreSubmission $file
        $document.pricing.priceId | Should -BeExactly 'Free'
        Compare-StoreSubmission -Path $file | Should -BeNullOrEmpty
        # Not when a person changed the first of the two.
        $null = Write-Text 'sent.json' ($twice -replace 'Tier2', 'Tier3')
        $null = Assert-Refused { Import-StoreSubmission $file }
    }

    It 'is no error when only the letter case is the same, or the object differs' {
        (ConvertFrom-StoreJson '{"a":1,"A":{"a":1},"b":[{"a":1},{"a":2}]}').b.Count | Should -Be 2
    }
}
