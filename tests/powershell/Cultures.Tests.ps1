# Neither the culture nor the time zone changes a byte: the same edits in processes that differ only in these.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $example = Join-Path $PSScriptRoot '../contract/examples/resource.ApplicationSubmission.json'
    $editing = Join-Path $TestDrive 'edit.ps1'
    [IO.File]::WriteAllText($editing, @'
param([string] $Module, [string] $Example, [string] $Culture, [string] $Output)
$ErrorActionPreference = 'Stop'
$info = New-Object Globalization.CultureInfo $Culture
[Threading.Thread]::CurrentThread.CurrentCulture = $info
[Threading.Thread]::CurrentThread.CurrentUICulture = $info
Import-Module $Module
$s = ConvertFrom-StoreJson -Path $Example
$s.notesForCertification = "I i $([char]0x130) $([char]0x131) 1.5"
$s.targetPublishDate = [datetime]'2026-03-01T12:30:00Z'
$s.packageDeliveryOptions.packageRollout.packageRolloutPercentage = 12.5
$s.listings.'en-us'.baseListing.keywords += 'TITLE'.ToLowerInvariant()
$s | Add-Member I ([ordered]@{ i = -1; d = 1.50d; e = [DayOfWeek]::Friday; b = [bigint]-5; o = [DateTimeOffset]'2026-03-01T00:00:00+05:30'; l = [datetime]::SpecifyKind([datetime]'2026-03-01', 'Utc') })
$text = $s.ToJson() + "`n" + (ConvertTo-StoreJson $s) + "`n" + (ConvertTo-StoreJson (ConvertFrom-StoreJson $s.ToJson() -AsHashtable))
[IO.File]::WriteAllText($Output, $text)
[IO.File]::WriteAllText($Output + '.seen', "$([Globalization.CultureInfo]::CurrentCulture.Name) $([TimeZoneInfo]::Local.BaseUtcOffset) $('{0}' -f 1.5)")
'@)

    # Runs the edits in a process of its own and gives the bytes.
    function Get-Edited([string] $Culture, [string] $Zone) {
        $output = Join-Path $TestDrive "$Culture.json"
        $before = $env:TZ
        try {
            $env:TZ = $Zone
            $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $editing (Get-Module StoreShip).Path $example $Culture $output 2>&1
            if ($LASTEXITCODE -ne 0) { throw "$said" }
        }
        finally { $env:TZ = $before }
        [Convert]::ToBase64String([IO.File]::ReadAllBytes($output))
    }

    $expected = Get-Edited 'en-US' 'UTC'
}

Describe 'the same edits give the same bytes' {
    It 'in <Culture> and <Zone>' -ForEach @(
        @{ Culture = 'de-DE'; Zone = 'America/Los_Angeles'; Offset = '-08:00:00'; Number = '1,5' }
        @{ Culture = 'tr-TR'; Zone = 'Asia/Kolkata'; Offset = '05:30:00'; Number = '1,5' }
        @{ Culture = 'fa-IR'; Zone = 'UTC'; Offset = '00:00:00'; Number = '1?5' }
        @{ Culture = 'th-TH'; Zone = 'Asia/Kolkata'; Offset = '05:30:00'; Number = '1.5' }
    ) {
        Get-Edited $Culture $Zone | Should -BeExactly $expected
        # The process really had them. Windows takes no zone from TZ.
        $seen = [IO.File]::ReadAllText((Join-Path $TestDrive "$Culture.json.seen"))
        $seen | Should -BeLike "$Culture *"
        if ([IO.Path]::DirectorySeparatorChar -eq '/') { $seen | Should -BeLike "* $Offset $Number" }
    }

    It 'and they are the right ones' {
        $text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($expected))
        foreach ($part in '"I": {"i":-1,"d":1.50,"e":"Friday","b":-5,"o":"2026-02-28T18:30:00Z","l":"2026-03-01T00:00:00Z"}',
            '"targetPublishDate": "2026-03-01T12:30:00Z"', '"packageRolloutPercentage": 12.5,', '"title"') {
            $text.Contains($part) | Should -BeTrue -Because $part
        }
    }
}
