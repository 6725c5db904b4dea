# The tables of docs/from-*.md: they have a row for each command of the other tool, and name cmdlets of ours that exist.
BeforeDiscovery {
    # What StoreBroker 1.21.24 exports.
    $storeBroker = -split @'
Clear-StoreBrokerAuthentication Complete-ApplicationFlightSubmission Complete-ApplicationFlightSubmissionPackageRollout
Complete-ApplicationSubmission Complete-ApplicationSubmissionPackageRollout Complete-InAppProductSubmission Format-Application
Format-ApplicationFlight Format-ApplicationFlightSubmission Format-ApplicationFlights Format-ApplicationInAppProducts
Format-ApplicationSubmission Format-Applications Format-InAppProduct Format-InAppProductSubmission Format-InAppProducts
Get-Application Get-ApplicationFlight Get-ApplicationFlightSubmission Get-ApplicationFlightSubmissionPackageRollout
Get-ApplicationFlightSubmissionStatus Get-ApplicationFlights Get-ApplicationInAppProducts Get-ApplicationSubmission
Get-ApplicationSubmissionPackageRollout Get-ApplicationSubmissionStatus Get-Applications Get-FlightGroups Get-InAppProduct
Get-InAppProductSubmission Get-InAppProductSubmissionStatus Get-InAppProducts Get-SubmissionPackage Invoke-SBRestMethod
Invoke-SBRestMethodMultipleResult Join-SubmissionPackage New-ApplicationFlight New-ApplicationFlightSubmission
New-ApplicationSubmission New-InAppProductSubmission New-InAppProductSubmissionPackage New-InAppProduct
New-StoreBrokerConfigFile New-StoreBrokerInAppProductConfigFile New-SubmissionPackage Open-DevPortal Open-Store
Remove-ApplicationFlight Remove-ApplicationFlightSubmission Remove-ApplicationSubmission Remove-InAppProduct
Remove-InAppProductSubmission Set-ApplicationFlightSubmission Set-ApplicationSubmission Set-InAppProductSubmission
Set-StoreBrokerAuthentication Set-SubmissionPackage Start-ApplicationFlightSubmissionMonitor
Start-InAppProductSubmissionMonitor Start-SubmissionMonitor Stop-ApplicationFlightSubmissionPackageRollout
Stop-ApplicationSubmissionPackageRollout Update-ApplicationFlightSubmission Update-ApplicationFlightSubmissionPackageRollout
Update-ApplicationSubmission Update-ApplicationSubmissionPackageRollout Update-InAppProductSubmission
'@
    # The commands of msstore, without those of the flights below `flights submission`, which are those of `submission`.
    $msstore = @(
        'init', 'package', 'reconfigure', 'info', 'settings', 'apps list', 'apps get', 'publish', 'submission get', 'submission getListingAssets'
        'submission update', 'submission updateMetadata', 'submission publish', 'submission delete', 'submission status', 'submission poll'
        'submission rollout get', 'submission rollout update', 'submission rollout halt', 'submission rollout finalize'
        'flights list', 'flights get', 'flights create', 'flights delete'
    )
    # The inputs of store-publish and store-flight.
    $inputs = -split @'
serviceEndpoint nameType appId appName flightName packagePath additionalPackages force skipPolling deletePackages numberOfPackagesToKeep
isMandatoryUpdate mandatoryUpdateDifferHours metadataUpdateMethod metadataPath updateImages
'@
    $tables = @(
        @{ Page = 'from-storebroker.md'; Header = '| StoreBroker | StoreShip | remarks |'; Commands = $storeBroker; Count = 67 }
        @{ Page = 'from-msstore.md'; Header = '| msstore | StoreShip | remarks |'; Commands = $msstore + 'flights submission ...'; Count = 25 }
        @{ Page = 'from-azure-devops-tasks.md'; Header = '| input | StoreShip | remarks |'; Commands = $inputs; Count = 16 }
    )
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    . "$PSScriptRoot/pages.ps1"

    function Get-Code([string] $Cell) { [regex]::Matches($Cell, '`([^`]+)`') | ForEach-Object { $_.Groups[1].Value } }
}

Describe 'docs/<Page>' -ForEach $tables {
    BeforeAll { $rows = @(Get-Table "$PSScriptRoot/../../docs/$Page" $Header) }

    It 'has a row for each of <Count> commands, and no other' {
        $Commands.Count | Should -Be $Count
        $listed = @($rows | ForEach-Object { Get-Code $_[0] } | ForEach-Object { $_.Replace([string][char]0x2026, '...') })
        @($listed | Sort-Object) | Should -BeExactly @($Commands | Sort-Object)
    }

    It 'names what takes its place: a cmdlet or a parameter that exists, or none' {
        $cmdlets = (Get-Module StoreShip).ExportedCmdlets
        foreach ($row in $rows) {
            $names = @(Get-Code $row[1] | ForEach-Object { ($_ -split ' ')[0] })
            if ($row[1] -eq 'none' -or $row[1] -like 'the cmdlets of *' -or $row[1] -eq 'the first parameter') { continue }
            $names.Count | Should -BeGreaterThan 0 -Because $row[0]
            foreach ($name in $names) {
                if ($name -like '-*') { $cmdlets['Publish-StoreSubmission'].Parameters.Keys | Should -Contain $name.TrimStart('-') }
                else { $cmdlets.Keys | Should -Contain $name -Because $row[0] }
            }
        }
    }
}
