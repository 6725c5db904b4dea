using StoreShip.Results;

namespace StoreShip.Tests;

/// <summary>Typed results.</summary>
internal static class ResultTests
{
    public static void ThePackageHasItsFacts()
    {
        string path = Emulator.NewPackage().Replace('\\', '/');
        PackageFacts facts = PackageFacts.Parse(StoreClient.Offline.Call("package.inspect", $"{{\"path\":\"{path}\"}}"));
        Check.Equal("App.msix", facts.FileName);
        Check.Equal("msix", facts.Kind);
        Check.Equal("2.0.0.0", facts.Version);
        Check.Equal("x64", string.Join(",", facts.Architectures));
        Check.Equal(new FileInfo(path).Length, facts.Size);
        Check.Equal(false, facts.Signed);
        Check.True(facts.ResourceId == null, "it has a resource id");
    }

    public static void AReleaseHasItsReceipt()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        string path = Emulator.NewPackage().Replace('\\', '/');
        string release = $"{{\"appId\":\"{Emulator.App}\",\"packages\":[\"{path}\"],\"until\":\"published\",\"pollSeconds\":0.01}}";

        StoreResponse planned = client.Invoke("publish.plan", release);
        PublishPlan plan = PublishPlan.Parse(planned.Result);
        Meta planMeta = Meta.Parse(planned.Meta!);
        Check.Equal(true, plan.Commit);
        Check.True(planMeta.Edits.Count > 0, "the plan has no edits");

        StoreResponse published = client.Invoke("publish", release);
        PublishReceipt receipt = PublishReceipt.Parse(published.Result);
        Meta meta = Meta.Parse(published.Meta!);
        Check.Equal("Published", receipt.Status);
        Check.Equal(false, receipt.AdoptedDraft);
        Check.Equal(planMeta.Edits[0].Path, meta.Edits[0].Path);
        Check.Equal(plan.UploadBytes, receipt.Upload!.Bytes);
        Check.Equal("App.msix", receipt.Upload.Entries[0].Name);
        Check.Equal("Published", receipt.Reached!.Status);
        Check.True(receipt.Steps.Any(step => step.Name == "upload" && step.ElapsedMs >= 0), "no step is the upload");

        Application app = Application.Parse(client.Call("app.get", $"{{\"appId\":\"{Emulator.App}\"}}"));
        Check.Equal(receipt.SubmissionId, app.LastPublishedApplicationSubmission!.Id);
        ApplicationList apps = ApplicationList.Parse(client.Call("app.list"));
        Check.True(apps.Value.Any(item => item.Id == Emulator.App && item.PrimaryName == app.PrimaryName), "the app is not in the list");
    }

    public static void TheDoctorsFindingsAreRead()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        SignIn account = SignIn.Parse(client.Call("token.check"));
        Check.Equal("client secret", account.Credential);
        ServiceCheck check = ServiceCheck.Parse(client.Call("service.check"));
        Check.Equal(true, check.Ok);
        Check.True(check.Findings.All(finding => finding.Ok != false && finding.Error == null), "a finding is not good");
    }

    public static void MembersOfAnotherTypeAreIgnored()
    {
        UploadSummary summary = UploadSummary.Parse("{\"bytes\":\"many\",\"blocks\":3,\"entries\":null,\"new\":[1,{}],\"elapsedMs\":1e3}");
        Check.True(summary.Bytes == null, "a string was taken for a number");
        Check.Equal(3L, summary.Blocks);
        Check.Equal(1000L, summary.ElapsedMs);
        Check.Equal(0, summary.Entries.Count);
    }
}
