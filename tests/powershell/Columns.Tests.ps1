# The columns of views and the documented members are properties of each object, also in strict mode, and in no document.
BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $format = New-Object System.Xml.XmlDocument
    $format.Load((Join-Path (Get-Module StoreShip).ModuleBase 'StoreShip.Format.ps1xml'))
    $views = foreach ($view in $format.SelectNodes('//View')) {
        $type = $view.SelectSingleNode('ViewSelectedBy/TypeName').InnerText
        $labels = @($view.SelectNodes('.//TableColumnHeader/Label | .//ListItem/Label | .//ListItem/PropertyName') | ForEach-Object { $_.InnerText })
        @{ Type = $type; Labels = @($labels | Select-Object -Unique); IsTable = [bool] $view.SelectSingleNode('TableControl') }
    }
    $tables = $views | Where-Object { $_.IsTable }
    $results = @(
        @{ Type = 'App'; Result = 'Application' }, @{ Type = 'Flight'; Result = 'Flight' }, @{ Type = 'Edit'; Result = 'Edit' }
        @{ Type = 'Plan'; Result = 'PublishPlan' }, @{ Type = 'Receipt'; Result = 'PublishReceipt' }, @{ Type = 'Upload'; Result = 'UploadSummary' }
        @{ Type = 'SubmissionStatus'; Result = 'WaitResult' }, @{ Type = 'SubmissionStatus'; Result = 'SubmissionStatusResponse' }
        @{ Type = 'Package'; Result = 'PackageFacts' }
    )
}
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $emulator = Connect-Emulator
    $flight = '43e448df-97c9-4a43-a0bc-2a445e736bcd'
    $package = New-TestPackage (Join-Path $TestDrive 'App_1.2.0.0_x64.msix')
    $draft = New-StoreSubmission $App
    $draft.applicationPackages += @{ fileName = 'App_1.2.0.0_x64.msix'; fileStatus = 'PendingUpload' }
    $draft | Set-StoreSubmission
    $draft.visibility = 'Hidden'
    $plan = $draft | Set-StoreSubmission -WhatIf
    $sent = Send-StorePackage $draft -Path $package
    $draft | Remove-StoreSubmission -Confirm:$false
    $publishPlan = Publish-StoreSubmission $App -PackagePath $package -WhatIf
    $receipt = Publish-StoreSubmission $App -PackagePath $package -Until published @Quick -Confirm:$false
    $bare = Publish-StoreSubmission -AppId $App -FlightId $flight -Edit @{ '/notesForCertification' = 'x' } -NoCommit -Confirm:$false
    $rollout = Publish-Rollout
    $objects = @(
        (Get-StoreApp), (Get-StoreFlight $App), (Get-StoreAddOn), (Get-StoreSubmission $App), (Get-StoreSubmission -AppId $App -FlightId $flight)
        (Get-StoreSubmission -AddOnId 9NBLGGH4TNMP), $plan, $plan.edits, (Compare-StoreSubmission '{"a":1}' -ReferenceObject '{"b":[]}'), $sent
        $publishPlan, $receipt, $bare, (Wait-StoreSubmission $App -SubmissionId $receipt.submissionId @Quick), (Get-StoreRollout $App)
        (Get-StorePackage $package), (Test-Store), (Test-StoreSubmission -PackagePath $package), (Connect-Store -Emulator $emulator), $emulator
    ) | ForEach-Object { $_ }

    function Get-Object([string] $Type) { @($objects | Where-Object { $_.psobject.TypeNames -contains $Type }) }

    # An object of a type whose document is empty, as far as the module makes objects from what the service says.
    function New-Bare([string] $Type) {
        $object = New-Object PSObject
        $object.psobject.TypeNames.Insert(0, 'StoreShip.Object')
        $object.psobject.TypeNames.Insert(0, "StoreShip.$Type")
        $object
    }

    function Copy-Serialized([object] $Value) {
        [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Value))
    }
}
AfterAll { Disconnect-Emulator }

Describe 'the view of <Type>' -ForEach $views {
    BeforeAll { $shown = Get-Object $Type }

    It 'has an object that is tested' { $shown.Count | Should -BeGreaterThan 0 }

    It 'has the columns as properties, in strict mode' {
        Set-StrictMode -Version Latest
        foreach ($object in $shown) {
            foreach ($copy in $object, (Copy-Serialized $object)) {
                if ($copy -isnot [psobject] -or $copy.psobject.TypeNames[0] -like 'Deserialized.StoreShip.StoreEmulator') { continue }
                foreach ($label in $Labels) { { $copy.$label } | Should -Not -Throw }
                ($copy | Select-Object $Labels).psobject.Properties.Name | Should -Be $Labels
            }
        }
    }

    It 'leaves no error, in strict mode' {
        Set-StrictMode -Version Latest
        foreach ($object in $shown) {
            foreach ($copy in $object, (Copy-Serialized $object)) {
                $Error.Clear()
                $text = $copy | Out-String -Width 200
                $text += $copy | Format-List | Out-String -Width 200
                $text += $copy | Format-Table | Out-String -Width 200
                $text | Should -Not -BeLike '*#ERR*'
                $Error | Should -BeNullOrEmpty
            }
        }
    }
}

Describe 'the first of some objects' {
    It 'is shown like the others: <_>' -ForEach 'App', 'Flight', 'AddOn', 'Receipt', 'SubmissionStatus', 'Edit', 'Submission' {
        $object = @(Get-Object "StoreShip.$_")[0]
        $whole = $object | Out-String -Width 200
        # Select-Object -First adds a type name, to the object itself.
        $object.psobject.Copy() | Select-Object -First 1 | Out-String -Width 200 | Should -BeExactly $whole
    }

    It 'of another type before it has no nested values: <_>' -ForEach 'App', 'Flight', 'AddOn', 'Receipt', 'SubmissionStatus', 'Submission' {
        $shown = (Get-Process -Id $PID), @(Get-Object "StoreShip.$_")[0] | Out-String -Width 200
        $shown | Should -Not -BeLike '*@{*'
        $shown | Should -Not -BeLike '*System.Object*'
        $shown | Should -BeLike '*Id*:*'
    }
}

Describe 'a view of 80 columns' {
    It 'breaks no line inside a word, in <Culture>' -ForEach @(@{ Culture = 'en-US' }, @{ Culture = 'pl-PL' }, @{ Culture = '' }) {
        $thread = [Threading.Thread]::CurrentThread
        $before = $thread.CurrentCulture
        $thread.CurrentCulture = $Culture
        try {
            $pending = Get-StoreSubmissionStatus $App -SubmissionId $receipt.submissionId
            $edits = Compare-StoreSubmission '{"list":["a"],"text":"old"}' ('{"list":[],"text":"' + ('a long text of many words ' * 9) + '"}')
            Disconnect-Store
            $failed = Test-Store
            $null = Connect-Store -Emulator $emulator
            $failed | Where-Object Remedy | Should -Not -BeNullOrEmpty
            foreach ($object in $objects + $pending + $edits + $failed) {
                $wide = ($object | Out-String -Width 4000) -split '\s+' | Where-Object { $_ -notlike '--*' -and $_.Length -lt 52 }
                $narrow = ($object | Out-String -Width 80) -split '\s+'
                $wide | Where-Object { $_ -notin $narrow } | Should -BeNullOrEmpty
            }
        }
        finally { $thread.CurrentCulture = $before }
    }
}

Describe 'the table of <Type>' -ForEach $tables {
    It 'has each header in one piece, from 42 characters on' {
        # The tables of a flight and of an edit are not their default views.
        $narrow = if ($Type -eq 'StoreShip.Flight') { 52 } else { 42 }
        foreach ($width in ($narrow..62) + 79, 80, 120) {
            foreach ($text in (Get-Object $Type | Out-String -Width $width), (Get-Object $Type | Format-Table | Out-String -Width $width)) {
                if ($text -match '(?m)^-+ ') {
                    $header = ($text -split '\r?\n' | Where-Object { $_ })[0]
                    ($header -split ' +' | Where-Object { $_ }) | Should -BeExactly $Labels -Because "of a width of $width"
                }
            }
        }
    }
}

Describe 'a documented member' {
    It 'of StoreShip.<Type> is null where it is absent, in strict mode (<Result>)' -ForEach $results {
        Set-StrictMode -Version Latest
        $bare = New-Bare $Type
        foreach ($property in [type]::GetType("StoreShip.Results.$Result, " + [StoreShip.StoreClient].Assembly.FullName).GetProperties()) {
            $bare.($property.Name) | Should -BeNullOrEmpty
        }
    }

    It 'of the service is null where it is absent, in strict mode: <Type>' -ForEach @(
        @{ Type = 'App'; Schema = 'Application' }, @{ Type = 'Flight'; Schema = 'Flight' }, @{ Type = 'AddOn'; Schema = 'InAppProduct' }
        @{ Type = 'SubmissionStatus'; Schema = 'SubmissionStatusResponse' }, @{ Type = 'SubmissionStatus'; Schema = 'CommitResponse' }
        @{ Type = 'Rollout'; Schema = 'PackageRollout' }
    ) {
        $contract = ConvertFrom-StoreJson -Path "$PSScriptRoot/../../contract/openapi.json"
        Set-StrictMode -Version Latest
        $bare = New-Bare $Type
        foreach ($name in $contract.components.schemas.$Schema.properties.psobject.Properties.Name) { $bare.$name | Should -BeNullOrEmpty }
    }

    It 'that the document has is the one of the document' {
        $receipt.reached.status | Should -BeExactly 'Published'
        $bare.reached | Should -BeNullOrEmpty
        (Get-StoreApp $App).lastPublishedApplicationSubmission.id | Should -BeExactly $rollout.submissionId
        (Get-StoreApp $App).pendingApplicationSubmission | Should -BeNullOrEmpty
    }
}

Describe 'a column' {
    It 'can be used to filter, to sort and to select' {
        (Get-StoreApp | Where-Object Name -EQ 'Contoso paid app').AppId | Should -BeExactly '9NBLGGH29DM8'
        (Get-StoreApp | Where-Object Name -Like '*sample*' | Select-Object AppId, Name).AppId | Should -BeExactly $App
        (Get-StoreApp | Sort-Object Name)[0].Name | Should -BeExactly 'Contoso paid app'
        Get-StoreApp | Where-Object Pending | Should -BeNullOrEmpty
        (Get-StoreFlight $App | Where-Object Pending).FlightId | Should -BeExactly $flight
        (Get-StoreFlight $App).Name | Should -BeExactly 'Insiders'
        (Get-StoreAddOn).App | Should -BeExactly $App
        $submission = Get-StoreSubmission $App
        $submission.Languages | Should -BeExactly 'en-us', 'de-de'
        $submission.Packages[0].fileName | Should -BeExactly $submission.applicationPackages[0].fileName
        $submission.AppId, $submission.SubmissionId | Should -BeExactly $App, $submission.id
        $submission.FlightId | Should -BeNullOrEmpty
    }

    It 'is no part of a document: <Name>' -ForEach @(
        @{ Name = 'an app'; Get = { Get-StoreApp $App } }
        @{ Name = 'a flight'; Get = { Get-StoreFlight $App -FlightId $flight } }
        @{ Name = 'an add-on'; Get = { Get-StoreAddOn -AddOnId 9NBLGGH4TNMP } }
        @{ Name = 'a submission'; Get = { Get-StoreSubmission $App } }
        @{ Name = 'a submission of a flight'; Get = { Get-StoreSubmission -AppId $App -FlightId $flight } }
        @{ Name = 'a submission of an add-on'; Get = { Get-StoreSubmission -AddOnId 9NBLGGH4TNMP } }
    ) {
        $object = & $Get
        $text = $object.StoreBaseline.Text
        $names = (ConvertFrom-StoreJson $text).psobject.Properties.Name
        $job = Start-Job { $args[0] } -ArgumentList $object | Receive-Job -Wait -AutoRemoveJob
        foreach ($copy in $object, $object.psobject.Copy(), (Copy-Serialized $object), (Copy-Serialized (Copy-Serialized $object)), $job) {
            # Reading a column does not add it.
            $null = $copy.Published, $copy.AppId
            (ConvertFrom-StoreJson (ConvertTo-StoreJson $copy)).psobject.Properties.Name | Should -BeExactly $names
            (Merge-Text $text (ConvertTo-StoreJson $copy)).Edits | Should -BeNullOrEmpty
        }
        $object.psobject.Properties.Name | Should -BeExactly $names
        ($object | ConvertTo-Json -Depth 50 | ConvertFrom-Json).psobject.Properties.Name | Should -BeExactly $names
        ($object | Select-Object *).psobject.Properties.Name | Should -BeExactly $names
    }

    It 'is not sent with an edited copy of a job' {
        $draft = New-StoreSubmission -AddOnId 9NBLGGH4TNMP
        $copy = Copy-Serialized $draft
        $copy.tag = 'from a job'
        $copy | Set-StoreSubmission
        $body = (Get-Request $emulator 'PUT' '*/submissions/*' | Select-Object -Last 1).body
        $body -replace '"tag":"[^"]*"' | Should -BeExactly ($draft.StoreBaseline.Text -replace '"tag":"[^"]*"')
        $body | Should -BeLike '*"tag":"from a job"*'
    }

    It 'does not hide a member of a document: <Name>' -ForEach @(
        @{ Name = 'to get'; Script = { $draft | Get-StoreJsonValue /price } }
        @{ Name = 'to remove'; Script = { $draft | Remove-StoreJsonValue /languages } }
    ) {
        $draft = ConvertFrom-StoreJson '{"id":"1"}'
        $draft.psobject.TypeNames.Insert(0, 'StoreShip.Submission')
        (Get-Failure $Script).FullyQualifiedErrorId | Should -BeLike 'document.*'
        $draft | Set-StoreJsonValue /status 'x'
        $draft | Set-StoreJsonValue /price 1
        ConvertTo-StoreJson $draft -Compress | Should -BeExactly '{"id":"1","status":"x","price":1}'
    }
}
