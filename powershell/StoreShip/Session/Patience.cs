using System;

namespace StoreShip.Session
{
    /// <summary>How long a failed request is retried if the user does not say.</summary>
    internal static class Patience
    {
        /// <summary>A person at a prompt wants to know soon that the service does not answer.</summary>
        private const int PromptSeconds = 30;

        /// <summary>A build rather outlasts an outage than fails; the default of the library.</summary>
        private const int BuildSeconds = 300;

        /// <summary>Variables that build systems set.</summary>
        private static readonly string[] BuildVariables = { "CI", "TF_BUILD", "GITHUB_ACTIONS" };

        /// <summary>The seconds for this process: few if a person waits at a prompt.</summary>
        internal static int Seconds => IsPrompt ? PromptSeconds : BuildSeconds;

        /// <summary>Whether a build system runs this process.</summary>
        internal static bool IsBuild =>
            Array.Exists(BuildVariables, name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));

        private static bool IsPrompt => !Console.IsInputRedirected && !IsBuild;
    }
}
