# Writes the help file of the module (MAML) from the doc comments of its cmdlets. build.ps1 runs it in a new process,
# because a loaded assembly stays locked until the process ends.
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $ModulePath,
    [Parameter(Mandatory = $true)] [string] $DocumentationPath,
    [Parameter(Mandatory = $true)] [string] $OutputPath
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$maml = 'http://schemas.microsoft.com/maml/2004/10'
$command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$dev = 'http://schemas.microsoft.com/maml/dev/2004/10'
$common = 'Verbose', 'Debug', 'ErrorAction', 'WarningAction', 'InformationAction', 'ProgressAction', 'ErrorVariable',
    'WarningVariable', 'InformationVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable'
$standard = @{
    WhatIf  = 'Show what the cmdlet would do, without doing it.'
    Confirm = 'Prompt for confirmation before the change; -Confirm:$false suppresses the prompt.'
}

$documentation = New-Object System.Xml.XmlDocument
$documentation.Load($DocumentationPath)

function Get-Comment([string] $Id) {
    $documentation.SelectSingleNode("/doc/members/member[@name='$Id']")
}

# The text of a comment in one line. A reference to a type or member is shown by its short name.
function Get-PlainText([System.Xml.XmlNode] $Node) {
    if ($null -eq $Node) { return '' }
    $text = ''
    foreach ($child in $Node.ChildNodes) {
        if ($child.NodeType -eq 'Element' -and $child.HasAttribute('cref')) {
            $text += ($child.GetAttribute('cref') -split '\.')[-1]
        }
        else { $text += $child.InnerText }
    }
    ($text -replace '\s+', ' ').Trim()
}

# The lines of an example, without the indentation of the comment.
function Get-CodeText([System.Xml.XmlNode] $Node) {
    $lines = @($Node.InnerText.Trim("`r", "`n") -split "`r?`n")
    $indents = @($lines | Where-Object { $_.Trim() } | ForEach-Object { $_.Length - $_.TrimStart().Length })
    $indent = ($indents | Measure-Object -Minimum).Minimum
    (@($lines | ForEach-Object { if ($_.Length -ge $indent) { $_.Substring($indent) } else { '' } }) -join "`n").Trim()
}

# The summary of a parameter. The property may be declared in a base class, or have the comment of another one.
function Get-ParameterText([Type] $Type, [string] $Name) {
    if ($standard.ContainsKey($Name)) { return $standard[$Name] }
    $property = $Type.GetProperty($Name)
    $comment = Get-Comment "P:$($property.DeclaringType.FullName).$Name"
    $same = $comment.SelectSingleNode('inheritdoc[@cref]')
    if ($null -ne $same) { $comment = Get-Comment $same.GetAttribute('cref') }
    Get-PlainText $comment.SelectSingleNode('summary')
}

$settings = New-Object System.Xml.XmlWriterSettings
$settings.Indent = $true
$settings.Encoding = New-Object System.Text.UTF8Encoding $false
$writer = [System.Xml.XmlWriter]::Create($OutputPath, $settings)

function Write-Paragraphs([string] $Prefix, [string] $Name, [string] $Namespace, [string[]] $Texts) {
    $writer.WriteStartElement($Prefix, $Name, $Namespace)
    foreach ($text in $Texts) { $writer.WriteElementString('maml', 'para', $maml, $text) }
    $writer.WriteEndElement()
}

function Write-Parameter([Type] $Type, [System.Management.Automation.CommandParameterInfo] $Parameter) {
    $writer.WriteStartElement('command', 'parameter', $command)
    $writer.WriteAttributeString('required', "$($Parameter.IsMandatory)".ToLowerInvariant())
    $writer.WriteAttributeString('variableLength', "$($Parameter.ParameterType.IsArray)".ToLowerInvariant())
    $writer.WriteAttributeString('globbing', 'false')
    $pipeline = if ($Parameter.ValueFromPipeline) { 'true (ByValue)' }
        elseif ($Parameter.ValueFromPipelineByPropertyName) { 'true (ByPropertyName)' } else { 'false' }
    $writer.WriteAttributeString('pipelineInput', $pipeline)
    $position = if ($Parameter.Position -lt 0) { 'named' } else { "$($Parameter.Position)" }
    $writer.WriteAttributeString('position', $position)
    $writer.WriteAttributeString('aliases', $(if ($Parameter.Aliases.Count) { $Parameter.Aliases -join ', ' } else { 'none' }))
    $writer.WriteElementString('maml', 'name', $maml, $Parameter.Name)
    $text = Get-ParameterText $Type $Parameter.Name
    if (-not $text) { throw "the parameter $($Parameter.Name) of $Type has no summary" }
    Write-Paragraphs 'maml' 'description' $maml @($text)
    if ($Parameter.ParameterType -ne [switch]) {
        $underlying = [Nullable]::GetUnderlyingType($Parameter.ParameterType)
        $shown = if ($underlying) { $underlying.Name } else { $Parameter.ParameterType.Name }
        $writer.WriteStartElement('command', 'parameterValue', $command)
        $writer.WriteAttributeString('required', 'true')
        $writer.WriteString($shown)
        $writer.WriteEndElement()
    }
    foreach ($attribute in $Parameter.Attributes) {
        if ($attribute -is [ValidateSet]) {
            $writer.WriteStartElement('command', 'parameterValueGroup', $command)
            foreach ($value in $attribute.ValidValues) {
                $writer.WriteElementString('command', 'parameterValue', $command, $value)
            }
            $writer.WriteEndElement()
        }
    }
    $writer.WriteEndElement()
}

function Write-Types([string] $Outer, [string] $Inner, [System.Xml.XmlNodeList] $Nodes) {
    $writer.WriteStartElement('command', $Outer, $command)
    foreach ($node in $Nodes) {
        $writer.WriteStartElement('command', $Inner, $command)
        $writer.WriteStartElement('dev', 'type', $dev)
        $writer.WriteElementString('maml', 'name', $maml, $node.GetAttribute('type'))
        $writer.WriteEndElement()
        Write-Paragraphs 'maml' 'description' $maml @(Get-PlainText $node)
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()
}

function Write-Command([System.Management.Automation.CmdletInfo] $Cmdlet) {
    $type = $Cmdlet.ImplementingType
    $comment = Get-Comment "T:$($type.FullName)"
    if ($null -eq $comment) { throw "$type has no doc comment" }
    $writer.WriteStartElement('command', 'command', $command)

    $writer.WriteStartElement('command', 'details', $command)
    $writer.WriteElementString('command', 'name', $command, $Cmdlet.Name)
    $writer.WriteElementString('command', 'verb', $command, $Cmdlet.Verb)
    $writer.WriteElementString('command', 'noun', $command, $Cmdlet.Noun)
    Write-Paragraphs 'maml' 'description' $maml @(Get-PlainText $comment.SelectSingleNode('summary'))
    $writer.WriteEndElement()

    Write-Paragraphs 'maml' 'description' $maml @($comment.SelectNodes('remarks/para') | ForEach-Object { Get-PlainText $_ })

    $writer.WriteStartElement('command', 'syntax', $command)
    foreach ($set in $Cmdlet.ParameterSets) {
        $writer.WriteStartElement('command', 'syntaxItem', $command)
        $writer.WriteElementString('maml', 'name', $maml, $Cmdlet.Name)
        foreach ($parameter in $set.Parameters) {
            if ($common -notcontains $parameter.Name) { Write-Parameter $type $parameter }
        }
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()

    $writer.WriteStartElement('command', 'parameters', $command)
    $written = @{}
    foreach ($set in $Cmdlet.ParameterSets) {
        foreach ($parameter in $set.Parameters) {
            if ($common -notcontains $parameter.Name -and -not $written.ContainsKey($parameter.Name)) {
                $written[$parameter.Name] = $true
                Write-Parameter $type $parameter
            }
        }
    }
    $writer.WriteEndElement()

    Write-Types 'inputTypes' 'inputType' $comment.SelectNodes('inputs')
    Write-Types 'returnValues' 'returnValue' $comment.SelectNodes('outputs')

    $writer.WriteStartElement('command', 'examples', $command)
    $number = 0
    foreach ($example in $comment.SelectNodes('example')) {
        $number++
        $writer.WriteStartElement('command', 'example', $command)
        $writer.WriteElementString('maml', 'title', $maml, "Example ${number}: $(Get-PlainText $example.SelectSingleNode('title'))")
        $writer.WriteElementString('dev', 'code', $dev, (Get-CodeText $example.SelectSingleNode('code')))
        Write-Paragraphs 'dev' 'remarks' $dev @($example.SelectNodes('para') | ForEach-Object { Get-PlainText $_ })
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()
    $writer.WriteEndElement()
}

$module = Import-Module $ModulePath -PassThru
try {
    $writer.WriteStartElement('helpItems')
    $writer.WriteAttributeString('schema', 'maml')
    $writer.WriteAttributeString('xmlns', 'maml', $null, $maml)
    $writer.WriteAttributeString('xmlns', 'command', $null, $command)
    $writer.WriteAttributeString('xmlns', 'dev', $null, $dev)
    foreach ($cmdlet in $module.ExportedCmdlets.Values | Sort-Object Name) { Write-Command $cmdlet }
    $writer.WriteEndElement()
}
finally { $writer.Dispose() }
