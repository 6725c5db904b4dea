# Writes a Markdown page for each cmdlet, and an index of them, from the help file of the built module: the pages of
# docs/cmdlets. build.ps1 -Docs runs it; tests/powershell/Docs.Tests.ps1 checks that the committed pages are up to date.
[CmdletBinding()]
param(
    # The built module: a folder.
    [Parameter(Mandatory = $true)] [string] $ModulePath,
    # The folder for the pages. Pages in it of cmdlets that no longer exist are deleted.
    [Parameter(Mandatory = $true)] [string] $OutputPath
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$folder = (Resolve-Path $ModulePath).ProviderPath
$output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
$notice = '<!-- Written by powershell/docs.ps1 from the help of the cmdlets. Edit their doc comments instead. -->'

$help = New-Object System.Xml.XmlDocument
$help.Load((Get-ChildItem (Join-Path $folder 'en-US') -Filter '*-Help.xml' | Select-Object -First 1).FullName)
$names = New-Object System.Xml.XmlNamespaceManager $help.NameTable
$names.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
$names.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
$names.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')

function Select-Node([System.Xml.XmlNode] $Node, [string] $XPath) { $Node.SelectNodes($XPath, $names) }

function Get-Text([System.Xml.XmlNode] $Node, [string] $XPath) {
    $found = $Node.SelectSingleNode($XPath, $names)
    if ($null -eq $found) { return '' }
    $found.InnerText
}

# Text of the help as Markdown: the characters that Markdown would interpret are escaped.
function ConvertTo-Markdown([string] $Text) { $Text -replace '([\\`*<])', '\$1' }

# Text of the help as Markdown, with links to the pages of other cmdlets.
function Add-Link([string] $Text, [string] $Page) {
    $link = {
        param($match)
        if ($match.Value -eq $Page -or $cmdlets -notcontains $match.Value) { return $match.Value }
        "[$match]($match.md)"
    }
    [regex]::Replace((ConvertTo-Markdown $Text), '\b[A-Z][A-Za-z]+-Store[A-Za-z]*', $link)
}

function Get-TypeText([System.Xml.XmlNode] $Parameter) { Get-Text $Parameter 'command:parameterValue' }

# The syntax of a parameter set, as Get-Help shows it, in lines of at most 100 characters.
function Get-Syntax([System.Xml.XmlNode] $Item) {
    $line = Get-Text $Item 'maml:name'
    $parameters = foreach ($parameter in Select-Node $Item 'command:parameter') {
        $name = '-' + (Get-Text $parameter 'maml:name')
        if ($parameter.GetAttribute('position') -ne 'named') { $name = "[$name]" }
        $type = Get-TypeText $parameter
        if ($type) { $name += " <$type>" }
        if ($parameter.GetAttribute('required') -ne 'true') { $name = "[$name]" }
        $name
    }
    foreach ($part in @($parameters) + '[<CommonParameters>]') {
        if ($line.Length + 1 + $part.Length -gt 100) {
            $line
            $line = '   '
        }
        $line += " $part"
    }
    $line
}

function Get-Facts([System.Xml.XmlNode] $Parameter) {
    $type = Get-TypeText $Parameter
    if (-not $type) { $type = 'SwitchParameter' }
    "Type: $type"
    $values = @(Select-Node $Parameter 'command:parameterValueGroup/command:parameterValue' | ForEach-Object { $_.InnerText })
    if ($values) { 'values: ' + ($values -join ', ') }
    if ($Parameter.GetAttribute('position') -ne 'named') { 'position: ' + $Parameter.GetAttribute('position') }
    switch ($Parameter.GetAttribute('pipelineInput')) {
        'true (ByValue)' { 'from the pipeline by value' }
        'true (ByPropertyName)' { 'from the pipeline by property name' }
    }
    if ($Parameter.GetAttribute('aliases') -ne 'none') { 'aliases: ' + $Parameter.GetAttribute('aliases') }
}

function Get-Types([System.Xml.XmlNode] $Command, [string] $XPath) {
    foreach ($type in Select-Node $Command $XPath) {
        "- ``$(Get-Text $type 'dev:type/maml:name')``: $(ConvertTo-Markdown (Get-Text $type 'maml:description/maml:para'))"
    }
}

function Get-Page([System.Xml.XmlNode] $Command) {
    $name = Get-Text $Command 'command:details/command:name'
    "# $name"
    ''
    $notice
    ''
    ConvertTo-Markdown (Get-Text $Command 'command:details/maml:description/maml:para')
    ''
    '## Syntax'
    ''
    '```powershell'
    foreach ($item in Select-Node $Command 'command:syntax/command:syntaxItem') { Get-Syntax $item }
    '```'
    ''
    '## Description'
    foreach ($paragraph in Select-Node $Command 'maml:description/maml:para') {
        ''
        Add-Link $paragraph.InnerText $name
    }
    ''
    '## Examples'
    foreach ($example in Select-Node $Command 'command:examples/command:example') {
        ''
        '### ' + (ConvertTo-Markdown ((Get-Text $example 'maml:title') -replace '^Example \d+: '))
        ''
        '```powershell'
        (Get-Text $example 'dev:code') -split "`n"
        '```'
        ''
        ConvertTo-Markdown (Get-Text $example 'dev:remarks/maml:para')
    }
    ''
    '## Parameters'
    foreach ($parameter in Select-Node $Command 'command:parameters/command:parameter' | Sort-Object { Get-Text $_ 'maml:name' } -Culture en-US) {
        ''
        '### -' + (Get-Text $parameter 'maml:name')
        ''
        Add-Link (Get-Text $parameter 'maml:description/maml:para') $name
        ''
        (@(Get-Facts $parameter) -join '; ') + '.'
    }
    ''
    'The common parameters are described in'
    '[about_CommonParameters](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters).'
    ''
    '## Inputs'
    ''
    Get-Types $Command 'command:inputTypes/command:inputType'
    ''
    '## Outputs'
    ''
    Get-Types $Command 'command:returnValues/command:returnValue'
}

# The index has the groups of the section COMMANDS of the about topic: a heading, then cmdlets on one or more lines.
function Get-Group {
    $about = [IO.File]::ReadAllText((Join-Path $folder 'en-US/about_StoreShip.help.txt')) -replace "`r"
    $commands = [regex]::Match($about, '(?ms)^COMMANDS\n(.*?)\n\n').Groups[1].Value
    foreach ($match in [regex]::Matches($commands, '(?m)^    (\S.*?)\s+((?:\S+-Store\w*,?\s*)+)$')) {
        @{ Title = $match.Groups[1].Value; Names = @($match.Groups[2].Value -split '[,\s]+' | Where-Object { $_ }) }
    }
}

function Get-Index([hashtable] $Synopses) {
    '# Cmdlets'
    ''
    $notice
    ''
    'The cmdlets of the module StoreShip. In PowerShell, `Get-Help about_StoreShip` is the introduction, and'
    '`Get-Help Publish-StoreSubmission -Full` shows the same text as the page of that cmdlet.'
    foreach ($group in Get-Group) {
        ''
        "## $($group.Title)"
        ''
        foreach ($name in $group.Names) { "- [$name]($name.md): $(ConvertTo-Markdown $Synopses[$name])" }
    }
}

function Write-Page([string] $Name, [string[]] $Lines) {
    [IO.File]::WriteAllText((Join-Path $output "$Name.md"), ($Lines -join "`n") + "`n")
}

$commands = Select-Node $help.DocumentElement 'command:command'
$cmdlets = @($commands | ForEach-Object { Get-Text $_ 'command:details/command:name' })
$null = New-Item -ItemType Directory -Force $output
Get-ChildItem $output -Filter *.md | Where-Object { $cmdlets -notcontains $_.BaseName } | Remove-Item
$synopses = @{}
foreach ($command in $commands) {
    $name = Get-Text $command 'command:details/command:name'
    $synopses[$name] = Get-Text $command 'command:details/maml:description/maml:para'
    Write-Page $name @(Get-Page $command)
}
Write-Page 'README' @(Get-Index $synopses)
