# Show-StoreSubmission writes a page that shows what changed.
BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Show-StoreSubmission' {
    BeforeAll {
        $emulator = Connect-Emulator
        $page = Join-Path $TestDrive 'preview.html'
    }
    AfterAll { Disconnect-Emulator }

    It 'shows the edits of a submission beside its baseline' {
        $submission = Get-StoreSubmission $App
        $submission.listings.'en-us'.baseListing.description = 'Reads <b>aloud</b>.'
        $result = $submission | Show-StoreSubmission -OutputPath $page -ProductName 'Contoso reader'
        $result.output | Should -Be $page
        $result.counts.changedTexts | Should -Be 1
        $html = [IO.File]::ReadAllText($page)
        # The page is too long for the message of a failure.
        $html.Contains('<h1>Contoso reader</h1>') | Should -BeTrue
        $html.Contains('&lt;b&gt;aloud&lt;/b&gt;.') | Should -BeTrue
        $html.Contains('fileUploadUrl') | Should -BeFalse
    }

    It 'shows a draft beside the published submission, from a receipt' {
        $receipt = Publish-StoreSubmission $App -ReleaseNotes 'Faster start' -NoCommit -Confirm:$false
        $result = $receipt | Show-StoreSubmission -OutputPath $page
        $result.counts.changedTexts | Should -BeGreaterThan 0
        [IO.File]::ReadAllText($page).Contains('<ins>Faster start</ins>') | Should -BeTrue
    }

    It 'shows one submission alone, and two files' {
        $new = Join-Path $TestDrive 'new.json'
        [IO.File]::WriteAllText($new, '{"visibility":"Hidden","listings":{"en-us":{"baseListing":{"title":"New"}}}}')
        (Show-StoreSubmission -Path $new -OutputPath $page).counts.changedProperties | Should -Be 0
        (Show-StoreSubmission '{"visibility":"Public","listings":{}}' $new -OutputPath $page).counts.changedProperties | Should -Be 1
    }

    It 'has the pictures whose files are given' {
        $picture = Join-Path $TestDrive 'home.png'
        [IO.File]::WriteAllBytes($picture, [Convert]::FromBase64String('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC'))
        $document = '{"listings":{"en-us":{"baseListing":{"images":[{"fileName":"a/home.png","imageType":"Screenshot","fileStatus":"PendingUpload"}]}}}}'
        (Show-StoreSubmission $document -OutputPath $page).counts.shownPictures | Should -Be 0
        (Show-StoreSubmission $document -OutputPath $page -File @{ 'a/home.png' = $picture }).counts.shownPictures | Should -Be 1
    }

    It 'shows the submission of an app that is piped or named by its id' {
        $null = Publish-StoreSubmission $App -ReleaseNotes 'Faster again' -Draft replace -NoCommit -Confirm:$false
        foreach ($result in @(
                (Get-StoreApp $App | Show-StoreSubmission -OutputPath $page)
                (Show-StoreSubmission $App -OutputPath $page)
                (Show-StoreSubmission $App.ToLowerInvariant() -OutputPath $page))) {
            $result.counts.changedTexts | Should -BeGreaterThan 0
            [IO.File]::ReadAllText($page).Contains('<ins>Faster again</ins>') | Should -BeTrue
        }
        (Get-Failure { Show-StoreSubmission 9NBLGGH40000 -OutputPath $page }).FullyQualifiedErrorId | Should -BeLike 'app.not_found,*'
        (Get-Failure { Show-StoreSubmission submission.json -OutputPath $page }).FullyQualifiedErrorId | Should -BeLike 'file.not_found,*'
        Compare-StoreSubmission $App | ForEach-Object path | Should -Contain '/listings/en-us/baseListing/releaseNotes'
        Remove-StoreSubmission $App -Confirm:$false
    }

    It 'shows the plan of a release, with its hash' {
        $package = New-TestPackage (Join-Path $TestDrive 'Show.msix') '7.0.0.0'
        $published = Get-StoreSubmission $App -Published
        $release = Join-Path $TestDrive 'release.json'
        [IO.File]::WriteAllText($release, '{"appId":"' + $App + '","packages":["Show.msix"],"rollout":10}')
        $result = $published | Show-StoreSubmission -ReleasePath (Get-Item $release) -OutputPath $page
        $result.planHash | Should -BeExactly (Publish-StoreSubmission -ReleasePath $release -WhatIf).planHash
        [IO.File]::ReadAllText($page).Contains('10 % of the customers at first') | Should -BeTrue
        $null = $published | Show-StoreSubmission -PackagePath (Get-Item $package) -OutputPath (Get-Item $page)
        [IO.File]::ReadAllText($page).Contains('Show.msix') | Should -BeTrue
    }

    It 'refuses a folder that is not there' {
        (Get-Failure { Show-StoreSubmission '{}' -OutputPath (Join-Path $TestDrive 'none/page.html') }).FullyQualifiedErrorId | Should -BeLike 'file.unwritable,*'
    }
}
