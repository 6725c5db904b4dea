# A merge of an object into its baseline: an edit of one leaf changes only the text of that leaf, an object without edits
# changes nothing, and the request body is the merged text.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    function Get-Leaf([object] $Value, [string] $Pointer) {
        if ($Value -is [array]) { for ($i = 0; $i -lt $Value.Count; $i++) { Get-Leaf $Value[$i] "$Pointer/$i" } }
        elseif ($Value -is [Management.Automation.PSCustomObject]) {
            foreach ($property in $Value.psobject.Properties) { Get-Leaf $property.Value "$Pointer/$($property.Name -replace '~', '~0' -replace '/', '~1')" }
        }
        else { @{ Pointer = $Pointer } }
    }
    $example = Join-Path $PSScriptRoot '../contract/examples/resource.ApplicationSubmission.json'
    $leaves = @(Get-Leaf (ConvertFrom-StoreJson -Path $example) '')
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $text = [IO.File]::ReadAllText((Join-Path $PSScriptRoot '../contract/examples/resource.ApplicationSubmission.json'))
    $emulator = Connect-Emulator
    $draft = New-StoreSubmission $App
}
AfterAll { Disconnect-Emulator }

Describe 'an edit of one leaf changes only its text' {
    It '<Pointer>' -ForEach $leaves {
        $document = ConvertFrom-StoreJson $text
        $old = $document | Get-StoreJsonValue $Pointer
        $new = if ($old -is [bool]) { -not $old } elseif ($old -is [string] -or $null -eq $old) { 'edited' } else { $old + 1 }
        $document | Set-StoreJsonValue $Pointer $new
        # The expected text comes from an edit of the text, without objects.
        $document.ToJson() | Should -BeExactly ($text | Set-StoreJsonValue $Pointer $new)
        $document.ToJson() | Should -Not -BeExactly $text
    }
}

Describe 'an object without edits changes nothing' {
    BeforeEach {
        $json = '{ "d":"2016-03-01T00:00:00.000Z", "n":1.10, "i":7 , "big":9007199254740993, "o":{"b":1,"a":[ ]}, "k":["x"], "z":null }'
        $s = ConvertFrom-StoreJson $json
    }

    It '<Name>' -ForEach @(
        @{ Name = 'nothing at all'; Work = { } }
        @{ Name = 'self-assignment'; Work = { foreach ($name in 'd', 'n', 'i', 'big', 'o', 'k', 'z') { $s.$name = $s.$name } } }
        @{ Name = 'a copy of a part'; Work = { $s.o = $s.o.psobject.Copy() } }
        @{ Name = 'Select-Object * of a part'; Work = { $s.o = $s.o | Select-Object * } }
        @{ Name = 'another order of members'; Work = { $s.o = [ordered]@{ a = @(); b = 1 } } }
        @{ Name = 'a hashtable in the place of an object'; Work = { $s.o = @{ b = 1; a = @() } } }
        @{ Name = 'a list in the place of an array'; Work = { $s.k = [Collections.Generic.List[string]]'x' } }
        @{ Name = 'a filter that keeps all'; Work = { $s.k = @($s.k | Where-Object { $_ }) } }
        @{ Name = 'one item in the place of a list of one'; Work = { $s.k = 'x' } }
        @{ Name = 'long'; Work = { $s.i = [long]7 } }
        @{ Name = 'decimal'; Work = { $s.i = [decimal]7; $s.n = 1.1d } }
        @{ Name = 'double'; Work = { $s.i = [double]7; $s.n = [double]1.1 } }
        @{ Name = 'BigInteger'; Work = { $s.big = [bigint]$s.big; $s.i = [bigint]7 } }
        @{ Name = 'a date of the same instant'; Work = { $s.d = [datetime]'2016-03-01T00:00:00Z' } }
        @{ Name = 'a date of the same instant in another zone'; Work = { $s.d = [DateTimeOffset]'2016-03-01T05:30:00+05:30' } }
        @{ Name = 'an edit that is taken back'; Work = { $s.i = 8; $s | Add-Member new 1; $s.psobject.Properties.Remove('new'); $s.i = 7 } }
    ) {
        . $Work
        $s.ToJson() | Should -BeExactly $json
        Compare-StoreSubmission $s | Should -BeNullOrEmpty
    }

    It 'after Select-Object *, with -Baseline' {
        Compare-StoreSubmission ($s | Select-Object *) -ReferenceObject $json | Should -BeNullOrEmpty
    }

    It 'while an edit does' {
        $s.i = 8
        $s.ToJson() | Should -BeExactly $json.Replace('"i":7 ', '"i":8 ')
    }
}

Describe 'the request body is the merged text' {
    It 'in UTF-8 without a byte order mark, with the right Content-Length' {
        $mine = $draft | Get-StoreSubmission
        $mine.notesForCertification = "caf$([char]0xe9) $([char]0xd83d)$([char]0xde00) <&> `"q`" \ /"
        $expected = $mine.ToJson()
        $mine | Set-StoreSubmission
        $sent = @(Get-Request $emulator 'PUT')[-1]
        $sent.body | Should -BeExactly $expected
        $sent.body[0] | Should -BeExactly ([char]'{')
        $sent.headers.'content-length' | Should -Be ([Text.Encoding]::UTF8.GetByteCount($expected))
        $sent.headers.'content-type' | Should -BeLike 'application/json*'
    }

    It 'and nothing is sent when the members of a job are refused in JSON text' {
        $before = @(Get-Request $emulator 'PUT').Count
        $json = ($draft | Get-StoreSubmission).ToJson()
        $json = '{"PSComputerName":"localhost","RunspaceId":"x","PSShowComputerName":false,' + $json.Substring($json.IndexOf('{') + 1)
        $failure = Get-Failure { Set-StoreSubmission -AppId $App -SubmissionId $draft.id -Json $json }
        $failure.FullyQualifiedErrorId | Should -BeLike 'document.damaged,*'
        "$failure" | Should -BeLike '*jobMembers*'
        @(Get-Request $emulator 'PUT').Count | Should -Be $before
    }
}
