# Documents in files, single values of documents, and edits that are refused before anything is sent.
BeforeDiscovery {
    $examples = @(Get-ChildItem (Join-Path (Split-Path $PSScriptRoot) 'contract/examples') -Filter *.json |
            ForEach-Object { @{ Name = $_.Name; File = $_.FullName } })
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $draft = New-StoreSubmission $App
    Push-Location $TestDrive

    function Get-PutCount { @(Get-Request $emulator 'PUT').Count }
    function Send-Delete([string] $Route) {
        $request = [Net.WebRequest]::Create($emulator.ControlUrl + $Route)
        $request.Method = 'DELETE'
        $request.GetResponse().Dispose()
    }
    # The emulator records a limited number of requests, so a test that counts them starts with none.
    function Reset-Request { Send-Delete 'requests' }
    function Write-Text([string] $Path, [string] $Text, [switch] $Mark) {
        [IO.File]::WriteAllText((Join-Path $TestDrive $Path), $Text, (New-Object Text.UTF8Encoding ([bool]$Mark)))
    }
    function Read-Text([string] $Path) { [IO.File]::ReadAllText((Join-Path $TestDrive $Path)) }
    # Sets the next two responses to a GET of the draft: one for the cmdlet, one for the library before it sends.
    function Set-Answer([string] $Json) {
        Add-Fault $emulator @{ method = 'GET'; path = "*/submissions/$($draft.id)"; status = 200; body = $Json; count = 2 }
    }
    function Clear-Answer { Send-Delete 'faults' }
}
AfterAll {
    Pop-Location
    Disconnect-Emulator
}

Describe 'an untouched document' {
    It 'has no edits: <Name>' -ForEach $examples {
        $text = [IO.File]::ReadAllText($File)
        $document = ConvertFrom-StoreJson -Path $File
        $document.ToJson() | Should -BeExactly $text
        Compare-StoreSubmission -DifferenceObject $document | Should -BeNullOrEmpty
        foreach ($compress in $true, $false) {
            Compare-StoreSubmission ($document | ConvertTo-StoreJson -Compress:$compress) -ReferenceObject $text | Should -BeNullOrEmpty
        }
        $map = ConvertFrom-StoreJson -Path $File -AsHashtable
        Compare-StoreSubmission -DifferenceObject $map -ReferenceObject $text | Should -BeNullOrEmpty
    }

    It 'is not sent by Set-StoreSubmission: <Name>' -ForEach $examples {
        Reset-Request
        Set-Answer ([IO.File]::ReadAllText($File))
        try {
            $got = $draft | Get-StoreSubmission
            $stored = $got | Set-StoreSubmission -PassThru
        }
        finally { Clear-Answer }
        @($stored.StoreBaseline.Report.edits).Count | Should -Be 0
        $stored.StoreBaseline.Text | Should -BeExactly $got.StoreBaseline.Text
        Get-PutCount | Should -Be 0
    }

    It 'keeps every number: <_>' -ForEach '0.12345678901234567890123456789012', '1e400', '-1e400', '1e-400', '1e5', '1.10', '-0', '123456789012345678901234567890.5' {
        $text = "{ `"n`" : $_, `"x`":1 }"
        $document = ConvertFrom-StoreJson $text
        $document.ToJson() | Should -BeExactly $text
        $document.x = [double]0.1 + 0.2
        $document.ToJson() | Should -BeExactly ($text -replace ':1 }', ':0.30000000000000004 }')
    }

    It 'may be 10000 levels deep' {
        $text = '{"x":1,"d":' + ('{"a":[' * 4999) + '0' + (']}' * 4999) + '}'
        Set-Answer $text
        try {
            $got = $draft | Get-StoreSubmission
            $got.x = 2
            $plan = $got | Set-StoreSubmission -AllowFree -WhatIf
        }
        finally { Clear-Answer }
        $plan.edits.path | Should -BeExactly '/x'
        $got.ToJson() | Should -BeExactly ($text -replace '"x":1', '"x":2')
        $got | Export-StoreSubmission -Path deep.json -Force
        (Import-StoreSubmission deep.json | Compare-StoreSubmission).path | Should -BeExactly '/x'
        $pointer = '/d' + ('/a/0' * 4999)
        Get-StoreJsonValue $pointer -Path deep.json | Should -Be 0
        $got | Set-StoreJsonValue $pointer 7
        $got | Get-StoreJsonValue $pointer | Should -Be 7
        $got | Remove-StoreJsonValue $pointer
        $got | ConvertTo-StoreJson -Compress | Should -BeLike '*"a":`[`]*'
    }
}

Describe 'Edit-StoreSubmission' {
    It 'changes a draft in one step' {
        $language = 'en-us'
        $stored = Edit-StoreSubmission $App { $_.listings.$language.baseListing.releaseNotes = 'One step' } -PassThru
        $stored.listings.'en-us'.baseListing.releaseNotes | Should -BeExactly 'One step'
        $stored.StoreBaseline.Report.edits.path | Should -BeExactly '/listings/en-us/baseListing/releaseNotes'
        $stored.StoreBaseline.Report.baseline | Should -BeExactly 'object'
        $body = @(Get-Request $emulator 'PUT')[-1].body
        (ConvertFrom-StoreJson $body).listings.'en-us'.baseListing.releaseNotes | Should -BeExactly 'One step'
    }

    It 'takes the pipeline, and returns the edits with -WhatIf' {
        Reset-Request
        $plan = $draft | Edit-StoreSubmission { $_.visibility = 'Private'; $_.listings.'en-us'.baseListing.keywords += 'epub' } -WhatIf
        @($plan.edits.op) -join ' ' | Should -BeExactly 'replace add'
        $plan | Out-String | Should -BeLike '*replace /visibility "Public" -> "Private"*'
        Get-PutCount | Should -Be 0
    }

    It 'sends nothing when the script block fails: <_>' -ForEach '$_.visiblity = "Hidden"', 'Write-Error "no"', 'throw "no"', 'Get-Item ./none', '$_.pricing = $_.pricing | Out-String', '$_.notesForCertification = Get-Date "2026-01-02"' {
        Reset-Request
        $half = [scriptblock]::Create('$_.notesForCertification = "half"; ' + $_ + '; $_.visibility = "Hidden"')
        $null = Get-Failure { $draft | Edit-StoreSubmission $half }
        Get-PutCount | Should -Be 0
    }

    It 'warns that output of the script block is ignored' {
        $null = Edit-StoreSubmission $App { $_.listings.'en-us'.baseListing.keywords -ne 'x' } -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*output of the script block is ignored*'
    }

    It 'refuses an object with unstored changes' {
        $copy = $draft | Get-StoreSubmission
        $copy.visibility = 'Private'
        (Get-Failure { Edit-StoreSubmission $copy { $_.notesForCertification = 'x' } }).FullyQualifiedErrorId | Should -BeLike 'request.invalid,*'
    }

    It 'needs something to edit, and a draft' {
        (Get-Failure { Edit-StoreSubmission $App }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
        (Get-Failure { Edit-StoreSubmission 9NBLGGH29DM8 { } }).FullyQualifiedErrorId | Should -BeLike 'submission.not_found,*'
    }

    It 'sets the text of files unchanged' {
        $text = "Caf" + [char]0xe9 + " `"x`"`r`n  indented`n`n"
        Write-Text notes.txt $text -Mark
        Write-Text about.txt $text
        $stored = Edit-StoreSubmission $App -PassThru -ReleaseNotesPath @{ 'EN-US' = './notes.txt' } -TextFile @{ '/listings/en-us/baseListing/description' = 'about.txt' }
        $stored.listings.'en-us'.baseListing.releaseNotes | Should -BeExactly $text
        $stored.listings.'en-us'.baseListing.description | Should -BeExactly $text
        $stored = Edit-StoreSubmission $App -PassThru -TrimFinalNewline -ReleaseNotesPath @{ 'en-us' = 'notes.txt' }
        $stored.listings.'en-us'.baseListing.releaseNotes | Should -BeExactly $text.Substring(0, $text.Length - 1)
        $stored = Edit-StoreSubmission $App -PassThru -ReleaseNotes @{ 'de-de' = 'Neu' } { $_.listings.'de-de'.baseListing.releaseNotes += '!' }
        $stored.listings.'de-de'.baseListing.releaseNotes | Should -BeExactly 'Neu!'
    }

    It 'refuses a text file: <Name>' -ForEach @(
        @{ Name = 'that is missing'; Given = @{ TextFile = @{ '/visibility' = 'none.txt' } }; Id = 'file.not_found,*' }
        @{ Name = 'that is not UTF-8'; Given = @{ TextFile = @{ '/visibility' = 'latin1.txt' } }; Id = 'document.invalid,*' }
        @{ Name = 'for a place that is not there'; Given = @{ TextFile = @{ '/listings/fr-fr/baseListing/title' = 'latin1.json' } }; Id = 'file.not_found,*' }
        @{ Name = 'for a language that is not there'; Given = @{ ReleaseNotes = @{ 'fr-fr' = 'x' } }; Id = 'request.invalid,*' }
    ) {
        [IO.File]::WriteAllBytes((Join-Path $TestDrive 'latin1.txt'), [byte[]](0x63, 0xe9))
        Reset-Request
        (Get-Failure { Edit-StoreSubmission $App @Given }).FullyQualifiedErrorId | Should -BeLike $Id
        Get-PutCount | Should -Be 0
    }
}

Describe 'Compare-StoreSubmission' {
    It 'returns edits that document.patch applies' {
        $document = ConvertFrom-StoreJson '{"a":1,"k":["x","y"],"o":{"p":null},"gone":true}'
        $document.a = 2
        $document.k += 'z'
        $document.psobject.Properties.Remove('gone')
        $document | Add-Member new @{ n = @() }
        $edits = @($document | Compare-StoreSubmission)
        @($edits | ForEach-Object { "$($_.Op) $($_.Path)" }) | Sort-Object | Should -BeExactly 'add /k/2', 'add /new', 'remove /gone', 'replace /a'
        ($edits | Where-Object path -eq '/a').Value | Should -Be 2
        ($edits | Where-Object path -eq '/a').Old | Should -Be 1
        $patched = Invoke-StoreOperation document.patch @{ document = [StoreShip.Json.JsonRaw]$document.StoreBaseline.Text; operations = $edits } -AsJson
        Compare-StoreSubmission $patched -ReferenceObject $document | Should -BeNullOrEmpty
        $edits | Out-String | Should -BeLike '*Op*replace*Path*/a*Old*1*Value*2*'
    }

    It 'gives the whole old value, and shows its beginning and no signature of a link' {
        $texts = 1..500 | ForEach-Object { "text $_" }
        $document = ConvertTo-StoreJson @{ a = @{ texts = $texts; none = $null }; link = 'https://h/p?sv=1&sig=canary' } | ConvertFrom-StoreJson
        $document.psobject.Properties.Remove('a')
        $document.link = 'https://h/new?sig=canary2'
        $removed, $replaced = $document | Compare-StoreSubmission | Sort-Object path
        $removed.old.texts | Should -BeExactly $texts
        $removed.old.psobject.Properties.Name | Should -BeExactly 'none', 'texts'
        $replaced.old | Should -BeExactly 'https://h/p?sv=1&sig=REDACTED'
        $shown = $removed, $replaced | Format-Table | Out-String -Width 400
        $shown | Should -BeLike '*"text 1","text 2"*...*https://h/new[?]sig=REDACTED*'
        $shown | Should -Not -BeLike '*text 99*'
        $shown | Should -Not -BeLike '*canary*'
    }

    It 'compares two submissions, texts and files' {
        Write-Text one.json '{ "a": 1.0, "b": [ ] }'
        Write-Text two.json '{"b":[],"a":1}'
        Compare-StoreSubmission -Path two.json -ReferenceObject one.json | Should -BeNullOrEmpty
        Compare-StoreSubmission (Get-Item two.json) -ReferenceObject '{"a":1,"b":[]}' | Should -BeNullOrEmpty
        (Compare-StoreSubmission @{ a = 3; b = @() } -ReferenceObject (ConvertFrom-StoreJson -Path two.json)).path | Should -BeExactly '/a'
        (Compare-StoreSubmission $draft -ReferenceObject (Get-StoreSubmission $App -Published)).path | Should -Contain '/id'
    }

    It 'takes the old submission first, like Compare-Object: <_>' -ForEach @(
        "Compare-StoreSubmission '{`"a`":1}' '{`"a`":2}'"
        "Compare-StoreSubmission -ReferenceObject '{`"a`":1}' -DifferenceObject '{`"a`":2}'"
        "'{`"a`":2}' | Compare-StoreSubmission '{`"a`":1}'"
        "ConvertFrom-StoreJson '{`"a`":2}' | Compare-StoreSubmission '{`"a`":1}'"
        "Compare-StoreSubmission '{`"a`":1}' -Path new.json"
    ) {
        [IO.File]::WriteAllText((Join-Path (Get-Location) 'new.json'), '{"a":2}')
        $edit = Invoke-Expression $_
        $edit.old | Should -Be 1
        $edit.value | Should -Be 2
    }

    It 'compares a submission that stands alone with its baseline, piped or not' {
        $alone = ConvertFrom-StoreJson '{"a":1}'
        $alone.a = 2
        foreach ($edit in (Compare-StoreSubmission $alone), ($alone | Compare-StoreSubmission), (Compare-StoreSubmission -DifferenceObject $alone)) {
            "$($edit.old) $($edit.value)" | Should -BeExactly '1 2'
        }
        $failure = Get-Failure { Compare-StoreSubmission }
        $failure.FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
        "$failure" | Should -BeLike 'there is no submission to compare*'
    }

    It 'warns of edits that would be refused' {
        $document = ConvertFrom-StoreJson '{"k":["x"]}'
        $document.k = $null
        (Compare-StoreSubmission $document -WarningVariable warnings -WarningAction SilentlyContinue).path | Should -BeExactly '/k'
        "$warnings" | Should -BeLike 'Set-StoreSubmission would refuse this edit: /k: *(nulled)*'
    }

    It 'fails without anything to compare with' {
        (Get-Failure { Compare-StoreSubmission @{ a = 1 } }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
    }
}

Describe 'a submission in a file' {
    It 'is written byte for byte, with a sidecar' {
        $json = $draft | Get-StoreSubmission -AsJson
        $file = $draft | Get-StoreSubmission | Export-StoreSubmission -Path exact.json -PassThru
        $file.Name | Should -BeExactly 'exact.json'
        Read-Text exact.json | Should -BeExactly $json
        [IO.File]::ReadAllBytes((Join-Path $TestDrive 'exact.json'))[0] | Should -Be 0x7b
        $read = Import-StoreSubmission exact.json
        $read.StoreBaseline.Text | Should -BeExactly $json
        $read.StoreBaseline.SubmissionId | Should -BeExactly $draft.id
        ($read | Get-StoreSubmission).id | Should -BeExactly $draft.id
    }

    It 'can be exported by its app' {
        Export-StoreSubmission $App -Path byapp.json
        Import-StoreSubmission byapp.json | Compare-StoreSubmission | Should -BeNullOrEmpty
    }

    It 'can be written with -Pretty, which changes white space only' {
        $draft | Get-StoreSubmission | Export-StoreSubmission -Path pretty.json -Pretty
        @(Read-Text pretty.json | ForEach-Object { $_ -split "`n" }).Count | Should -BeGreaterThan 50
        Compare-StoreSubmission -Path pretty.json | Should -BeNullOrEmpty
        $compact = Invoke-StoreOperation document.format @{ document = [StoreShip.Json.JsonRaw](Read-Text pretty.json); style = 'compact' } -AsJson
        $compact | Should -BeExactly (Invoke-StoreOperation document.format @{ document = [StoreShip.Json.JsonRaw](Import-StoreSubmission pretty.json).StoreBaseline.Text; style = 'compact' } -AsJson)
    }

    It 'is not overwritten without -Force' {
        Write-Text there.json 'mine'
        $failure = Get-Failure { $draft | Export-StoreSubmission -Path there.json }
        $failure.FullyQualifiedErrorId | Should -BeLike 'file.exists,*'
        $failure.CategoryInfo.Category | Should -Be ResourceExists
        $draft | Export-StoreSubmission -Path there.json -Force -WhatIf
        Read-Text there.json | Should -BeExactly 'mine'
        $draft | Export-StoreSubmission -Path there.json -Force
        Read-Text there.json | Should -BeExactly $draft.StoreBaseline.Text
        @(Get-ChildItem $TestDrive -Filter *.tmp).Count | Should -Be 0
    }

    It 'is written with the edits of an object, which remain edits' {
        $mine = $draft | Get-StoreSubmission
        $mine.visibility = 'Private'
        $mine | Export-StoreSubmission -Path changed.json
        (Import-StoreSubmission changed.json | Compare-StoreSubmission).path | Should -BeExactly '/visibility'
    }

    It 'is stored with the changes of another tool only' {
        Edit-StoreSubmission $App { $_.notesForCertification = 'before' }
        Export-StoreSubmission $App -Path other.json -Force
        # Another client changes the draft meanwhile.
        Edit-StoreSubmission $App { $_.visibility = 'Hidden' }
        Write-Text other.json ((Read-Text other.json) -replace '"before"', '"after"')
        $plan = Set-StoreSubmission -Path other.json -WhatIf
        $plan.edits.path | Should -BeExactly '/notesForCertification'
        $plan.baseline | Should -BeExactly 'sidecar'
        $stored = Set-StoreSubmission -Path other.json -PassThru
        $stored.visibility | Should -BeExactly 'Hidden'
        $stored.notesForCertification | Should -BeExactly 'after'
    }

    It 'is refused when another tool damaged it' {
        Export-StoreSubmission $App -Path damaged.json -Force
        $cut = ConvertFrom-StoreJson -Path damaged.json | ConvertTo-Json -Depth 1 -WarningAction SilentlyContinue
        Write-Text damaged.json $cut
        Reset-Request
        (Get-Failure { Set-StoreSubmission -Path damaged.json }).FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
        (Get-Failure { Import-StoreSubmission damaged.json | Set-StoreSubmission }).FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
        Get-PutCount | Should -Be 0
    }

    It 'without a sidecar has no baseline' {
        # This test needs a submission without a sidecar in this process.
        Write-Text alone.json ($draft.StoreBaseline.Text | Set-StoreJsonValue /id 'another')
        $alone = Import-StoreSubmission alone.json
        $alone.StoreBaseline.Text | Should -BeNullOrEmpty
        (Get-Failure { $alone | Compare-StoreSubmission -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'request.missing_field,*'
        $alone.ToJson() | Should -Not -BeNullOrEmpty
    }

    It 'fails when the sidecar is another file' {
        Write-Text odd.json '{}'
        Write-Text odd.json.baseline.json '{"x":1}'
        "$(Get-Failure { Import-StoreSubmission odd.json })" | Should -BeLike '*not a sidecar*'
    }
}

Describe 'an edit is refused' {
    # The object comes from a pipeline, without -ErrorAction Stop: the error must be terminating nevertheless.
    It 'by the guard <Guard>, unless -Force lifts it' -ForEach @(
        @{ Guard = 'truncated'; Place = '/pricing'; Edit = { $s.pricing = "$($s.pricing)" } }
        @{ Guard = 'enveloped'; Place = '/visibility'; Edit = { $s.visibility = @{ value = 'Public'; PSPath = 'x'; PSParentPath = 'x'; PSChildName = 'x'; PSDrive = $null; PSProvider = $null; ReadCount = 1 } } }
        @{ Guard = 'dateForm'; Place = '/targetPublishDate'; Edit = { $s.targetPublishDate = '/Date(1456790400000)/' } }
        @{ Guard = 'kindChanged'; Place = '/visibility'; Edit = { $s.visibility = @('a', 'b') } }
        @{ Guard = 'membersMissing'; Place = ''; Edit = { foreach ($n in @($s.psobject.Properties.Name | Select-Object -Skip 2)) { $s.psobject.Properties.Remove($n) } } }
        @{ Guard = 'caseTwin'; Place = '/Visibility'; Edit = { $s = ConvertFrom-StoreJson ('{"Visibility":"x",' + $s.ToJson().Substring(1)) } }
        @{ Guard = 'typeChanged'; Place = '/visibility'; Edit = { $s.visibility = 1 } }
        @{ Guard = 'encoding'; Place = '/notesForCertification'; Edit = { $s.notesForCertification = 'a' + [char]0xfffd } }
        @{ Guard = 'nulled'; Place = '/pricing'; Edit = { $s.pricing = $null } }
    ) {
        Reset-Request
        $s = $draft | Get-StoreSubmission
        $base = $s.StoreBaseline.Text
        . $Edit
        $ids = @{ AppId = $App; SubmissionId = $draft.id; Baseline = $base }
        $failure = Get-Failure { $s | Set-StoreSubmission @ids; throw 'went on' }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
        "$failure" | Should -BeLike "*'$Place':*($(@{ truncated = 'K1'; enveloped = 'K2'; dateForm = 'K3'; kindChanged = 'K4'; membersMissing = 'K5'; caseTwin = 'K6'; typeChanged = 'K7'; encoding = 'K8'; nulled = 'K10' }[$Guard]) $Guard)*"
        Get-PutCount | Should -Be 0
        # With the guard lifted, only a preview is run, since the emulator would refuse most of these edits too.
        $all = @($Guard)
        if ($Guard -in 'truncated', 'enveloped', 'nulled') { $all += 'kindChanged', 'membersMissing' }
        if ($Guard -eq 'caseTwin') {
            # No force lets a name through that the service reads in another letter case, as in the update.
            (Get-Failure { $s | Set-StoreSubmission @ids -Force $all -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'document.case_twin,*'
            return
        }
        $plan = $s | Set-StoreSubmission @ids -Force $all -AllowFree -WhatIf
        @($plan.lifted.code).Count | Should -BeGreaterThan 0
        Get-PutCount | Should -Be 0
    }

    It 'by the guard jobMembers in text of another tool' {
        Reset-Request
        $json = '{"PSComputerName":"x","RunspaceId":"y","PSShowComputerName":false,' + ($draft | Get-StoreSubmission -AsJson).Substring(1)
        $failure = Get-Failure { Set-StoreSubmission -AppId $App -SubmissionId $draft.id -Json $json }
        "$failure" | Should -BeLike '*(K11 jobMembers)*'
        Get-PutCount | Should -Be 0
    }

    It 'by the writer: <Name>' -ForEach @(
        @{ Name = 'NaN'; Value = { [double]::NaN } }
        @{ Name = 'a time without a zone'; Value = { [datetime]'2026-01-02' } }
        @{ Name = 'TimeSpan'; Value = { [timespan]'1:00' } }
        @{ Name = 'an enum without a name'; Value = { [IO.FileAttributes]3 } }
        @{ Name = 'bytes'; Value = { , [byte[]](1, 2) } }
        @{ Name = 'SecureString'; Value = { New-Object securestring } }
        @{ Name = 'PSCredential'; Value = { New-Object pscredential 'u', (New-Object securestring) } }
        @{ Name = 'XML'; Value = { ([xml]'<a/>').DocumentElement } }
        @{ Name = 'a file'; Value = { Get-Item $PSCommandPath } }
        @{ Name = 'a script block'; Value = { { 1 } } }
        @{ Name = 'a type'; Value = { [string] } }
        @{ Name = 'an exception'; Value = { New-Object Exception } }
        @{ Name = 'an IP address'; Value = { [ipaddress]::Loopback } }
        @{ Name = 'an enumerator'; Value = { , @{ a = 1 }.GetEnumerator() } }
        @{ Name = 'a matrix'; Value = { , (New-Object 'int[,]' 1, 1) } }
        @{ Name = 'a process'; Value = { Get-Process -Id $PID } }
        @{ Name = 'a number as key'; Value = { @{ 1 = 'a' } } }
        @{ Name = 'a script property'; Value = { [pscustomobject]@{ a = 1 } | Add-Member ScriptProperty d { 1 } -PassThru } }
        @{ Name = 'a cycle'; Value = { $x = @{}; $x.me = $x; $x } }
    ) {
        Reset-Request
        $s = $draft | Get-StoreSubmission
        $s.notesForCertification = & $Value
        $failure = Get-Failure { $s | Set-StoreSubmission; throw 'went on' }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.unsupported_value,*'
        "$failure" | Should -BeLike '*/notesForCertification*'
        Get-PutCount | Should -Be 0
    }

    It 'by the merge: an infinity' {
        Reset-Request
        $s = $draft | Get-StoreSubmission
        $s.packageDeliveryOptions.packageRollout.packageRolloutPercentage = [double]::PositiveInfinity
        $failure = Get-Failure { $s | Set-StoreSubmission -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.invalid,*'
        "$failure" | Should -BeLike '*packageRolloutPercentage*'
        Get-PutCount | Should -Be 0
    }

    It 'by guards whose names complete' {
        $line = 'Set-StoreSubmission -Force ca'
        [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText | Should -BeExactly 'caseTwin'
        $line = 'Edit-StoreSubmission -Force '
        $names = [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText
        $guards = (Invoke-StoreOperation library.guards).guards
        $names | Should -BeExactly $guards.name
        # A merge knows each of them.
        $null = Invoke-StoreOperation document.merge @{ baseline = @{}; edited = @{}; force = @($names) }
    }
}

Describe 'a JSON value' {
    BeforeAll { $json = "{ `"a/b`": 1.50,`n  `"k`": [ `"x`", null ], `"T`": `"\u00e9`" }`n" }

    It 'is read from text at <Pointer>' -ForEach @(
        @{ Pointer = '/a~1b'; Expected = '1.50' }
        @{ Pointer = '/k/0'; Expected = '"x"' }
        @{ Pointer = '/k/1'; Expected = 'null' }
        @{ Pointer = '/T'; Expected = '"\u00e9"' }
        @{ Pointer = '/k'; Expected = '[ "x", null ]' }
    ) {
        $json | Get-StoreJsonValue $Pointer -AsJson | Should -BeExactly $Expected
        $ofObject = ConvertFrom-StoreJson $json | Get-StoreJsonValue $Pointer -AsJson
        Compare-StoreSubmission ('{"v":' + $ofObject + '}') -ReferenceObject ('{"v":' + $Expected + '}') | Should -BeNullOrEmpty
    }

    It 'is not found at <Pointer> in <Kind>' -ForEach @(
        foreach ($pointer in '/none', '/t', '/k/2', '/k/-', '/k/01', '/k/0/x', 'a', '/a~2', '/a/b') {
            foreach ($kind in 'text', 'object', 'hashtable') { @{ Pointer = $pointer; Kind = $kind } }
        }
    ) {
        $input1 = switch ($Kind) { text { $json } object { ConvertFrom-StoreJson $json } hashtable { ConvertFrom-StoreJson $json -AsHashtable } }
        (Get-Failure { Get-StoreJsonValue $Pointer -InputObject $input1 }).FullyQualifiedErrorId | Should -BeLike 'document.pointer,*'
    }

    It 'is set in text and changes nothing else' {
        $json | Set-StoreJsonValue /k/1 2.50d | Should -BeExactly $json.Replace('null', '2.50')
        $json | Set-StoreJsonValue /k/- ([StoreShip.Json.JsonRaw]'1.10e2') | Should -BeExactly $json.Replace('null ]', 'null, 1.10e2 ]')
        $json | Remove-StoreJsonValue /k/0 | Should -BeExactly $json.Replace('"x", null', 'null')
    }

    It 'is set in a file, atomically' {
        Write-Text value.json $json -Mark
        Set-StoreJsonValue /T 'new' -Path value.json -WhatIf
        Read-Text value.json | Should -BeExactly $json
        Set-StoreJsonValue /T 'new' -Path value.json | Should -BeNullOrEmpty
        Read-Text value.json | Should -BeExactly $json.Replace('"\u00e9"', '"new"')
        [IO.File]::ReadAllBytes((Join-Path $TestDrive 'value.json'))[0] | Should -Be 0xef
        Remove-StoreJsonValue /k -Path value.json -PassThru | Should -Not -BeLike '*"k"*'
        Get-StoreJsonValue /T -Path value.json | Should -BeExactly 'new'
        (Get-Failure { Set-StoreJsonValue /T/x 1 -Path value.json }).FullyQualifiedErrorId | Should -BeLike 'document.pointer,*'
        (Get-Failure { Set-StoreJsonValue /T 1 -Path none.json }).FullyQualifiedErrorId | Should -BeLike 'file.not_found,*'
        (Get-Failure { Set-StoreJsonValue /T (New-Object securestring) -Path value.json }).FullyQualifiedErrorId | Should -BeLike 'document.unsupported_value,*'
        @(Get-ChildItem $TestDrive -Filter *.tmp).Count | Should -Be 0
    }

    It 'is set in an object in place: <Name>' -ForEach @(
        @{ Name = 'a member'; Pointer = '/T'; Value = 'x' }
        @{ Name = 'a new member'; Pointer = '/new'; Value = @{ a = @() } }
        @{ Name = 'null'; Pointer = '/T'; Value = $null }
        @{ Name = 'an item'; Pointer = '/k/0'; Value = 'y' }
        @{ Name = 'one more item'; Pointer = '/k/-'; Value = 'z' }
        @{ Name = 'an item at the end'; Pointer = '/k/2'; Value = 'z' }
    ) {
        foreach ($map in $true, $false) {
            $document = ConvertFrom-StoreJson $json -AsHashtable:$map
            $document | Set-StoreJsonValue $Pointer $Value
            Compare-StoreSubmission -DifferenceObject $document -ReferenceObject ($json | Set-StoreJsonValue $Pointer $Value) | Should -BeNullOrEmpty
        }
    }

    It 'is removed from an object in place: <_>' -ForEach '/T', '/k', '/k/0', '/k/1', '/a~1b' {
        $pointer = $_
        foreach ($map in $true, $false) {
            $document = ConvertFrom-StoreJson $json -AsHashtable:$map
            $document | Remove-StoreJsonValue $pointer
            Compare-StoreSubmission -DifferenceObject $document -ReferenceObject ($json | Remove-StoreJsonValue $pointer) | Should -BeNullOrEmpty
        }
    }

    It 'is not added beside a member that differs in letter case' {
        $document = ConvertFrom-StoreJson $json
        "$(Get-Failure { Set-StoreJsonValue /t 1 -InputObject $document })" | Should -BeLike '*the member is spelled T'
        $document.ToJson() | Should -BeExactly $json
    }

    It 'is set in an object with -PassThru, for Set-StoreSubmission' {
        $plan = $draft | Get-StoreSubmission | Set-StoreJsonValue /notesForCertification 'by pointer' -PassThru | Set-StoreSubmission -WhatIf
        $plan.edits.value | Should -BeExactly 'by pointer'
    }
}

Describe 'JSON files' {
    It 'may have comments with -AllowComments' {
        Write-Text commented.json "{ // one`n /* two */ `"a`": `"// no /* comment */`" }"
        (ConvertFrom-StoreJson -Path commented.json -AllowComments).a | Should -BeExactly '// no /* comment */'
        (Get-Failure { ConvertFrom-StoreJson -Path commented.json }).FullyQualifiedErrorId | Should -BeLike 'document.invalid,*'
        "$(Get-Failure { ConvertFrom-StoreJson "[`n/* x */ 1 2]" -AllowComments })" | Should -BeLike '*line 2, column 11'
        (Get-Failure { ConvertFrom-StoreJson '1 /* x' -AllowComments }).FullyQualifiedErrorId | Should -BeLike 'document.invalid,*'
    }

    It 'are written exactly, and not overwritten without -Force' {
        ConvertTo-StoreJson @{ t = [string][char]0xe9 } -Compress -Path written.json | Should -BeNullOrEmpty
        [IO.File]::ReadAllBytes((Join-Path $TestDrive 'written.json')) | Should -Be ([byte[]](0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xc3, 0xa9, 0x22, 0x7d))
        (Get-Failure { ConvertTo-StoreJson 1 -Path written.json }).FullyQualifiedErrorId | Should -BeLike 'file.exists,*'
        ConvertTo-StoreJson 1 -Path written.json -Force
        Read-Text written.json | Should -BeExactly '1'
        (Get-Failure { ConvertTo-StoreJson 1 -Path no/such/folder.json }).FullyQualifiedErrorId | Should -BeLike 'file.unwritable,*'
    }

    It 'with a byte order mark keep their text' {
        Write-Text marked.json "{`"a`":1}" -Mark
        $document = ConvertFrom-StoreJson -Path marked.json
        $document.a = 2
        $document.ToJson() | Should -BeExactly '{"a":2}'
    }
}
