# The main promise: a document that went through the built-in JSON cmdlets of this machine either has the same value as
# before or is refused as damaged. There is no third outcome.
BeforeDiscovery {
    $examples = @(Get-ChildItem "$PSScriptRoot/../contract/examples" -Filter *.json | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } })

    # Values that are truncated, re-typed or re-spelled on the way, at depths where truncation happens. The root is an
    # object as in every document of the service; a list that was unrolled at the root looks like an edit.
    $shapes = @(
        '[]', '{}', '""', 'null', 'true', '[""]', '["a"]', '["a","b"]', '["a b","c"]', '[null]', '[null,"a"]', '["a",null]', '[true]', '[false,true]',
        '[0]', '[1]', '[1,2]', '[1.10]', '[1.10,2.50]', '["a",1.10]', '["a",1]', '["a",true]', '["a",1e5]', '[{}]', '[{},{}]', '[{"g":1}]',
        '[{"g":1},{"g":2}]', '["a",{}]', '["a",{"g":1}]', '[[]]', '[["a"]]', '[["a","b"]]', '[["a"],["b"]]', '["a",["b"]]', '[[],"a"]', '[[{}]]',
        '{"g":[]}', '{"g":["a"]}', '{"g":[{"h":1}]}', '{"g":{"h":{}}}', '{"":1}', '{"A":1,"a":2}', '{"a":1,"a":2}', '{"value":[1],"Count":1}',
        '"System.Object[]"', '"@{a=1}"', '" "',
        '"2016-03-01T00:00:00Z"', '"2016-03-01T00:00:00.0000000Z"', '"1601-01-01T00:00:00.0000000Z"', '"2016-03-01T00:00:00.120Z"', '"2016-03-01T00:00:00"',
        '"2016-03-01T00:00:00.1000"', '"2016-03-01T00:00:00+02:00"', '"2016-03-01T00:00:00+0200"', '"2016-03-01T24:00:00Z"', '"0001-01-01T00:00:00+05:00"',
        '"9999-12-31T23:59:59.9999999Z"', '"2016-03-01T00:00:00.12345678Z"', '"2016-03-01"', '"/Date(1456790400000)/"', '"/Date(1456790400000+0200)/"',
        '["2016-03-01T00:00:00Z"]', '["2016-03-01T00:00:00Z","2016-03-02T00:00:00Z"]', '["a","2016-03-01T00:00:00Z"]', '["2016-03-01T00:00:00.120Z","a"]',
        '["2016-03-01T00:00:00+02:00"]', '["/Date(1456790400000)/"]', '{"2016-03-01T00:00:00Z":1}',
        '1.10', '100.00', '1e5', '1E5', '1e-7', '1e400', '-1e400', '1e-400', '-0', '-0.0', '0.0', '9223372036854775808', '123456789012345678901234567890',
        '9007199254740993', '9007199254740993.0', '0.1234567890123456789', '0.84551240822557006', '2.5e-324', '[1e400]', '["a",1e400]', '[1e400,1]',
        '"a\/b"', '"\ud83d\ude00"', '"\ud800"', '["\ud800"]', '"\u0000"', '"\u0085\u2028\u2029"', '"<b> & ''c''"', '"caf\u00e9"', '"\ufffd"', '["<&>"]'
    ) | ForEach-Object { @{ Shape = $_ } }
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $readers = (Get-Command ConvertFrom-Json).Parameters
    $writers = (Get-Command ConvertTo-Json).Parameters
    $depths = @(@{}) + @(0..6 | Where-Object { $_ -gt 0 -or $PSVersionTable.PSVersion -ge '7.2' } | ForEach-Object { @{ Depth = $_ } }) + @(@{ Depth = 100 })

    # The ways to read a text into an object, which is then written at every depth.
    $reads = [ordered]@{
        'ConvertFrom-Json'          = { $args[0] | ConvertFrom-Json }
        'ConvertFrom-StoreJson'     = { $args[0] | ConvertFrom-StoreJson }
        'Select-Object *'           = { $args[0] | ConvertFrom-Json | Select-Object * }
        'psobject.Copy()'           = { ($args[0] | ConvertFrom-Json).psobject.Copy() }
        'PSSerializer'              = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(($args[0] | ConvertFrom-Json))) }
        'CLIXML'                    = {
            $args[0] | ConvertFrom-Json | Export-Clixml "$TestDrive/object.xml"
            Import-Clixml "$TestDrive/object.xml"
        }
        'CLIXML of ours'            = {
            $args[0] | ConvertFrom-StoreJson | Export-Clixml "$TestDrive/object.xml"
            Import-Clixml "$TestDrive/object.xml"
        }
        'ConvertTo, ConvertFrom'    = { $args[0] | ConvertFrom-Json | ConvertTo-Json -WarningAction SilentlyContinue | ConvertFrom-Json }
        'ConvertTo, ConvertFrom 99' = { $args[0] | ConvertFrom-Json | ConvertTo-Json -Depth 99 | ConvertFrom-Json }
    }
    if ($readers.ContainsKey('AsHashtable')) {
        $reads['-AsHashtable'] = { $args[0] | ConvertFrom-Json -AsHashtable }
        $reads['-NoEnumerate'] = { $args[0] | ConvertFrom-Json -NoEnumerate }
    }
    if ($readers.ContainsKey('DateKind')) {
        foreach ($kind in 'Utc', 'Local', 'Offset', 'String') { $reads["-DateKind $kind"] = [scriptblock]::Create("`$args[0] | ConvertFrom-Json -DateKind $kind") }
    }

    # The ways to write an object. Each script block takes the object and the depth.
    $writes = [ordered]@{
        'piped'        = { $depth = $args[1]; $args[0] | ConvertTo-Json @depth -WarningAction SilentlyContinue }
        '-InputObject' = { $depth = $args[1]; ConvertTo-Json -InputObject $args[0] @depth -WarningAction SilentlyContinue }
        '-Compress'    = { $depth = $args[1]; $args[0] | ConvertTo-Json -Compress @depth -WarningAction SilentlyContinue }
        '@()'          = { $depth = $args[1]; ConvertTo-Json -InputObject @($args[0]) @depth -WarningAction SilentlyContinue }
        '$OFS'         = { $depth = $args[1]; $OFS = ', '; $args[0] | ConvertTo-Json @depth -WarningAction SilentlyContinue }
    }
    if ($writers.ContainsKey('AsArray')) {
        $writes['-EnumsAsStrings'] = { $depth = $args[1]; $args[0] | ConvertTo-Json -EnumsAsStrings @depth -WarningAction SilentlyContinue }
        $writes['-AsArray'] = { $depth = $args[1]; $args[0] | ConvertTo-Json -AsArray @depth -WarningAction SilentlyContinue }
        $writes['EscapeHtml'] = { $depth = $args[1]; $args[0] | ConvertTo-Json -EscapeHandling EscapeHtml @depth -WarningAction SilentlyContinue }
        $writes['EscapeNonAscii'] = { $depth = $args[1]; $args[0] | ConvertTo-Json -EscapeHandling EscapeNonAscii @depth -WarningAction SilentlyContinue }
    }

    # All results of reading and writing a text, each with the name of the first way that produced it. Some ways can't read
    # every text.
    function Get-Output([string] $Text, [Collections.IDictionary] $Reads) {
        $made = @{}
        foreach ($read in $Reads.Keys) {
            try { $object = & $Reads[$read] $Text } catch { continue }
            $ways = if ($read -eq 'ConvertFrom-Json') { $writes.Keys } elseif ($read -eq '-AsHashtable') { 'piped', '$OFS' } else { 'piped' }
            foreach ($way in $ways) {
                $before = $null
                foreach ($depth in $depths) {
                    $json = & $writes[$way] $object $depth
                    # Once a greater depth gives the same text, still greater depths give it too.
                    if ($depth.Depth -gt 0 -and $json -ceq $before) { break }
                    $before = $json
                    if ($json -and -not $made.ContainsKey($json)) { $made[$json] = "$read, $way, depth $($depth.Depth)" }
                }
            }
        }
        $made
    }

    # A message for each text that is neither equal nor refused.
    function Get-ThirdOutcome([string] $Baseline, [hashtable] $Made) {
        foreach ($json in $Made.Keys) {
            try { $merged = Merge-Text $Baseline $json }
            catch {
                # UTF-8 can't encode an unpaired surrogate, which the built-in cmdlets may write; such text is not JSON.
                if ($json -cmatch '[\ud800-\udbff](?![\udc00-\udfff])' -and $_.FullyQualifiedErrorId -like 'argument.encoding,*') { continue }
                "$($Made[$json]): $_, baseline $Baseline, edited $json"
                continue
            }
            $equal = $merged.Edits.Count -eq 0 -and $merged.Text -ceq $Baseline
            if (-not $equal -and -not $merged.Guards) {
                "$($Made[$json]): baseline $Baseline, edited $(Invoke-StoreOperation document.format ('{"document":' + $json + ',"style":"compact"}') -AsJson), result $($merged.Text)"
            }
        }
    }
}

Describe 'a document that went through ConvertFrom-Json and ConvertTo-Json is equal or refused' {
    It '<Name>' -ForEach $examples {
        $baseline = [IO.File]::ReadAllText($Path).Trim()
        $made = Get-Output $baseline $reads
        $made.Count | Should -BeGreaterThan 1
        Get-ThirdOutcome $baseline $made | Should -BeNullOrEmpty
    }

    It 'the shape <Shape>' -ForEach $shapes {
        foreach ($baseline in "{`"v`":$Shape}", "{`"o`":{`"l`":[{`"v`":$Shape}]}}") {
            Get-ThirdOutcome $baseline (Get-Output $baseline $reads) | Should -BeNullOrEmpty
        }
    }

    It 'both outcomes happen' {
        $baseline = [IO.File]::ReadAllText("$PSScriptRoot/../contract/examples/resource.ApplicationSubmission.json").Trim()
        foreach ($depth in 0..4) {
            (Merge-Text $baseline ($baseline | ConvertFrom-Json | ConvertTo-Json -Depth $depth -WarningAction SilentlyContinue)).Guards | Should -Contain 'K1'
        }
        $flight = [IO.File]::ReadAllText("$PSScriptRoot/../contract/examples/getFlight.response.json").Trim()
        (Merge-Text $flight ($flight | ConvertFrom-Json | ConvertTo-Json)).Text | Should -BeExactly $flight
    }
}

Describe 'a document that went through a job is equal or refused' {
    BeforeAll {
        $names = 'resource.ApplicationSubmission.json', 'resource.FlightSubmission.json', 'resource.InAppProductSubmission.json', 'getFlight.response.json'
        $paths = @($names | ForEach-Object { Join-Path "$PSScriptRoot/../contract/examples" $_ })
        $job = Start-Job { foreach ($path in $using:paths) { [IO.File]::ReadAllText($path) | ConvertFrom-Json } }
        $returned = @($job | Receive-Job -Wait -AutoRemoveJob)
    }

    It '<Name>' -ForEach @(
        @{ Index = 0; Name = 'an app submission' }
        @{ Index = 1; Name = 'a flight submission' }
        @{ Index = 2; Name = 'an add-on submission' }
        @{ Index = 3; Name = 'a flight' }
    ) {
        $baseline = [IO.File]::ReadAllText($paths[$Index]).Trim()
        $object = $returned[$Index]
        $object.psobject.Properties.Name | Should -Contain 'RunspaceId'
        $made = Get-Output $baseline @{ 'job' = { $object } }
        Get-ThirdOutcome $baseline $made | Should -BeNullOrEmpty
        (Merge-Text $baseline ($object | ConvertTo-Json -Depth 100)).Guards | Should -Contain 'K11'
    }
}
