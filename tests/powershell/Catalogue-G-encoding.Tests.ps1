# The catalogue of JSON damage, section G: one case for each row, named by its id.
BeforeAll {
    . "$PSScriptRoot/catalogue.ps1"
    $server = Start-Server
}
AfterAll { Stop-Server }

Describe 'G: transport and encoding' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
    BeforeAll {
        $emulator = Connect-Emulator
        $kana = -join [char[]](0x65e5, 0x672c, 0x8a9e)
        # The text of a release note after it was sent, stored and read again.
        function Send-Note([string] $Note) {
            $draft = New-StoreSubmission $App
            $draft.notesForCertification = $Note
            $draft | Set-StoreSubmission
            $stored = ($draft | Get-StoreSubmission).notesForCertification
            $draft | Remove-StoreSubmission -Confirm:$false
            $stored
        }
    }
    AfterAll { Disconnect-Emulator }

    It 'G1 ours: answers are UTF-8, mojibake is refused' {
        Send-Note "Caf$e $kana" | Should -BeExactly "Caf$e $kana"
        Get-TextGuard "`"Caf$e`"" "`"Caf$([char]0xc3)$([char]0xa9)`"" | Should -Be 'K8'
    }
    It 'G2 ours: requests are UTF-8, question marks are refused' {
        Send-Note $kana | Should -BeExactly $kana
        Get-TextGuard "`"$kana`"" '"???"' | Should -Be 'K8'
    }
    It 'G3 a charset inside a text' {
        $note = "$e <meta charset=iso-8859-1>"
        Set-Answer "{`"v`":`"$note`"}"
        (Invoke-RestMethod $server.Url).v | Should -BeExactly "$([char]0xc3)$([char]0xa9) <meta charset=iso-8859-1>"
        Send-Note $note | Should -BeExactly $note
    }
    It 'G4 a byte order mark' {
        $server.Body = [byte[]](0xef, 0xbb, 0xbf) + [Text.Encoding]::UTF8.GetBytes('{"v":1}')
        Invoke-RestMethod $server.Url | Should -BeOfType string
        [IO.File]::WriteAllBytes("$TestDrive/bom.json", $server.Body)
        (ConvertFrom-StoreJson -Path "$TestDrive/bom.json").v | Should -Be 1
    }
    It 'G5 ours: files are UTF-8, and nothing is lost in one' {
        $text = "{`"v`":`"$e $kana \ud800`"}"
        [IO.File]::WriteAllText("$TestDrive/utf8.json", $text)
        $document = ConvertFrom-StoreJson -Path "$TestDrive/utf8.json"
        $document.v | Should -BeExactly "$e $kana $([char]0xd800)"
        [IO.File]::WriteAllText("$TestDrive/back.json", (Write-Document $document))
        [IO.File]::ReadAllBytes("$TestDrive/back.json") | Should -Be ([IO.File]::ReadAllBytes("$TestDrive/utf8.json"))
    }
    It 'G6 ours: the scripts of the module and these are ASCII' {
        foreach ($file in Get-ChildItem $PSScriptRoot, (Get-Module StoreShip).ModuleBase -File | Where-Object { $_.Extension -in '.ps1', '.psm1', '.psd1' }) {
            [IO.File]::ReadAllText($file.FullName) | Should -Not -Match '[^\x00-\x7f]' -Because $file.Name
        }
    }
    It 'G7 ours: letters that became question marks are refused' { Get-TextGuard "`"Caf$e au lait`"" '"Caf? au lait"' | Should -Be 'K8' }
    It 'G9 showing is not writing' {
        '{"v":{"a":[1,2,3,4,5,6]}}' | ConvertFrom-Json > "$TestDrive/shown.txt"
        { Get-Content "$TestDrive/shown.txt" -Raw | ConvertFrom-StoreJson } | Should -Throw
        '{"v":{"a":[1,2,3,4,5,6]}}' | ConvertFrom-StoreJson | ForEach-Object { Write-Document $_ } > "$TestDrive/written.json"
        (ConvertFrom-StoreJson -Path "$TestDrive/written.json").v.a.Count | Should -Be 6
    }
    It 'G10 an object as -Body' {
        Set-Answer '{}'
        $null = Invoke-RestMethod $server.Url -Method Put -Body ([pscustomobject]@{ id = 1 }) -ContentType application/json
        $server.Seen | Should -BeExactly ''
        $null = Invoke-RestMethod $server.Url -Method Put -Body @{ id = 1; b = @{} } -ContentType application/json
        $server.Seen | Should -BeLike '*id=1*'
        $null = Invoke-RestMethod $server.Url -Method Put -Body (Write-Document @{ id = 1; b = @{} }) -ContentType application/json
        $server.Seen | Should -BeExactly '{"b":{},"id":1}'
    }
}
