namespace StoreShip
{
    /// <summary>
    /// The class of an outcome: the number that the functions of the native library return, by the name that it has in
    /// <c>storeship.h</c>.
    /// </summary>
    public enum StoreStatus
    {
        /// <summary>Success.</summary>
        Ok = 0,

        /// <summary>No event arrived within the timeout. <see cref="StoreJob.Next"/> returns null instead.</summary>
        NothingYet = 1,

        /// <summary>An argument, the configuration or the request is invalid.</summary>
        Invalid = 2,

        /// <summary>The library failed internally. The client stays usable.</summary>
        Internal = 3,

        /// <summary>No operation has this name.</summary>
        UnknownOperation = 4,

        /// <summary>No open client or job has this id.</summary>
        UnknownId = 5,

        /// <summary>The client was opened in the parent of this process.</summary>
        Forked = 6,

        /// <summary>Signing in failed, or the service rejected the credential.</summary>
        Authentication = 10,

        /// <summary>The server could not be reached, or its response was incomplete.</summary>
        Network = 11,

        /// <summary>The service refused the request, or the submission failed.</summary>
        Service = 12,

        /// <summary>The caller cancelled the operation, or its timeout expired.</summary>
        Cancelled = 13,

        /// <summary>A local file is missing, unreadable or invalid.</summary>
        File = 14,

        /// <summary>The library refused the request because it would damage data. Nothing was sent.</summary>
        Protected = 15,
    }
}
