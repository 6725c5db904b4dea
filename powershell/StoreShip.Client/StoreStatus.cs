namespace StoreShip
{
    /// <summary>The coarse class of an outcome: the number that every function of the native library returns.</summary>
    public enum StoreStatus
    {
        /// <summary>Done.</summary>
        Ok = 0,

        /// <summary>A job has no event yet.</summary>
        NothingYet = 1,

        /// <summary>The request or an argument is wrong.</summary>
        Invalid = 2,

        /// <summary>A fault inside the library; the client stays usable.</summary>
        Internal = 3,

        /// <summary>The library knows no operation of this name.</summary>
        UnknownOperation = 4,

        /// <summary>The client or job was closed, or never existed.</summary>
        UnknownClient = 5,

        /// <summary>The client was opened by another process, before a fork.</summary>
        Forked = 6,

        /// <summary>The credential was refused or is missing.</summary>
        Authentication = 10,

        /// <summary>The service could not be reached.</summary>
        Network = 11,

        /// <summary>The service refused.</summary>
        Service = 12,

        /// <summary>The operation was cancelled or its time ran out.</summary>
        Cancelled = 13,

        /// <summary>A local file could not be read or written.</summary>
        LocalFile = 14,

        /// <summary>Refused, because carrying on would damage data.</summary>
        Protected = 15,
    }
}
