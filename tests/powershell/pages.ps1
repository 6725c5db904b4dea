# The Markdown pages of the repository: their blocks of code, the commands in them, and the folder in which they run.
# Pages.Tests.ps1 holds the rules for blocks and runs them; Shapes.Tests.ps1 runs those of docs/pipelines.md.

# The languages of blocks that hold data, output or programs, not commands.
$PageData = '', 'json', 'text', 'c', 'cpp', 'csharp', 'python', 'java', 'rust', 'cmake', 'meson', 'xml', 'toml', 'dockerfile', 'diff'

# All pages but those of docs/cmdlets and docs/templates, from which other pages are made. Name is the path in the repository.
function Get-Page([string] $Root) {
    $full = (Resolve-Path $Root).ProviderPath
    $folders = Get-ChildItem $full -Directory | Where-Object { $_.Name -ne 'target' -and $_.Name -notlike '.*' }
    $files = @(Get-ChildItem $full -Filter *.md -File) + @($folders | ForEach-Object { Get-ChildItem $_.FullName -Filter *.md -File -Recurse })
    foreach ($file in $files) {
        $name = $file.FullName.Substring($full.Length).Replace('\', '/').TrimStart('/')
        if ($name -notmatch '^docs/(cmdlets|templates)/|(^|/)(target|node_modules)/') {
            [pscustomobject]@{ Name = $name; Text = [IO.File]::ReadAllText($file.FullName) -replace "`r" }
        }
    }
}

# The fenced blocks of a page, each with the heading of level 2 above it. The first word after the fence is the language, the
# word `others` after it marks the commands of other programs.
function Get-Block([object] $Page) {
    $section, $open, $number = '', $null, 0
    foreach ($line in $Page.Text -split "`n") {
        $number++
        if ($open) {
            if ($line -match '^\s*```\s*$') {
                $open.Text = ($open.Lines | ForEach-Object { if ($_.StartsWith($open.Indent)) { $_.Substring($open.Indent.Length) } else { $_ } }) -join "`n"
                $open
                $open = $null
            }
            else { $open.Lines.Add($line) }
        }
        elseif ($line -match '^(\s*)```(\S*)\s*(.*)$') {
            $open = [pscustomobject]@{
                Page = $Page.Name; Line = $number; Section = $section; Indent = $Matches[1]; Language = $Matches[2]; Others = $Matches[3] -eq 'others'
                Mark = $Matches[3]; Lines = New-Object System.Collections.Generic.List[string]; Text = ''
            }
        }
        elseif ($line -match '^## (.+)$') { $section = $Matches[1] }
    }
}

# A page without its fenced blocks.
function Get-Prose([object] $Page) { [regex]::Replace($Page.Text, '(?ms)^\s*```.*?^\s*```\s*?$', '') }

# The scripts of a workflow or a pipeline that PowerShell runs, of which the block has the lines.
function Get-Script([object] $Block) {
    if ($Block.Language -eq 'powershell') { return $Block.Text }
    foreach ($match in [regex]::Matches($Block.Text, '(?m)^( *)(- )?(?:run|pwsh|powershell): \|\n')) {
        # The lines of the script are indented more than its name.
        $indent = ' ' * ($match.Groups[1].Length + $match.Groups[2].Length + 2)
        $lines = [regex]::Match($Block.Text.Substring($match.Index + $match.Length), "^(?:$indent.*\n?|\n)+").Value
        $lines -replace "(?m)^$indent"
    }
}

# Whether the block is run: commands of StoreShip, in PowerShell or in the steps of a workflow.
function Test-Run([object] $Block) {
    -not $Block.Others -and ($Block.Language -eq 'powershell' -or ($Block.Language -eq 'yaml' -and (Get-Script $Block)))
}

# The parameters that a piece of PowerShell gives to a cmdlet of the module and that the cmdlet does not have.
function Get-UnknownParameter([string] $Code) {
    $errors = $null
    $tree = [Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $errors)
    if ($errors) { return }
    foreach ($command in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
        $name = $command.GetCommandName()
        if (-not $name -or -not (Get-Module StoreShip).ExportedCmdlets.ContainsKey($name)) { continue }
        $known = (Get-Module StoreShip).ExportedCmdlets[$name].Parameters
        foreach ($element in $command.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
            $names = @($known.Keys) + @($known.Values | ForEach-Object { $_.Aliases })
            if (-not ($names -like "$($element.ParameterName)*")) { "$name -$($element.ParameterName)" }
        }
    }
}

# Writes the files that the commands of pages take into the current folder.
function Save-PageFile([object] $Emulator, [string] $AppId, [string] $Version = '2.0.0.0') {
    $here = (Get-Location).ProviderPath
    $null = New-Item -ItemType Directory -Force out, store/en-us, store/notes, store/listing/listings/en-us
    Get-ChildItem out | Remove-Item
    foreach ($architecture in 'x64', 'arm64') {
        (New-Object Net.WebClient).DownloadFile(
            "$($Emulator.ControlUrl)package?version=$Version&architecture=$architecture&appId=$AppId", "$here/out/App_${Version}_$architecture.msix")
    }
    Copy-Item "out/App_${Version}_x64.msix" App.msix
    [IO.File]::WriteAllText("$here/notes.txt", 'For all')
    [IO.File]::WriteAllText("$here/CHANGELOG.md", "## [2.0.0] - 2026-11-30`n`n- Faster`n")
    [IO.File]::WriteAllText("$here/notes.json", '{"en-us":"Faster","de-de":"Schneller"}')
    [IO.File]::WriteAllText("$here/store/notes/en-us.txt", 'Faster')
    [IO.File]::WriteAllText("$here/store/en-us/description.md", 'From the repository')
    [IO.File]::WriteAllText("$here/store/en-us/02.png", 'an image')
    [IO.File]::WriteAllText("$here/store/listing/listings/en-us/description.txt", 'From the repository')
    $settings = @{ format = 1; appId = $AppId }
    [IO.File]::WriteAllText("$here/store/listing/storeship.json", (ConvertTo-StoreJson $settings))
    [IO.File]::WriteAllText("$here/addons.csv", "AddOnId,PriceId`n9NBLGGH4TNMP,Tier3`n")
}

# A draft that another tool has made.
function New-Colleague([string] $AppId) {
    $null = Invoke-StoreOperation service.call (ConvertTo-StoreJson @{ method = 'POST'; path = "applications/$AppId/submissions" }) -Confirm:$false
    Edit-StoreSubmission $AppId { $_.notesForCertification = 'of a colleague' }
}

# The rows of the table whose header begins with these cells, each with the texts of its cells; backticks are taken out.
function Get-Table([string] $Path, [string] $Header) {
    $text = [IO.File]::ReadAllText($Path) -replace "`r"
    $match = [regex]::Match($text, '(?m)^' + [regex]::Escape($Header) + '.*\n\|[ \-|]+\|\n((?:\|.*\n?)+)')
    foreach ($line in $match.Groups[1].Value -split "`n" | Where-Object { $_ }) {
        , @($line.Trim('|') -split '(?<!\\)\|' | ForEach-Object { $_.Trim() })
    }
}
