using System;
using System.Runtime.InteropServices;
using System.Security;

namespace StoreShip.Session
{
    /// <summary>
    /// Refuses a text that is not of the form of the access tokens of Entra ID, such as a client secret or an id. The library
    /// refuses what can't be a token at all: JSON, a header, a text with blanks.
    /// </summary>
    internal static class TokenShape
    {
        /// <summary>Checks the number of the parts between dots: three if the token is signed, five if it is encrypted.</summary>
        /// <exception cref="StoreException">The text has another form (<c>config.invalid</c>).</exception>
        internal static void Check(SecureString token)
        {
            int parts = Parts(token);
            if (parts == 1 || parts == 2 || parts == 4 || parts > 5)
            {
                throw new StoreException(
                    StoreStatus.Invalid, "config.invalid",
                    "-AccessToken is no access token of Entra ID: it has " + parts + (parts == 1 ? " part" : " parts, separated by dots,")
                    + " where a token has three",
                    "give an access token for https://manage.devcenter.microsoft.com; a client secret is for -ClientSecret");
            }
        }

        /// <summary>The number of parts; 0 for an empty text, JSON or a text in quotes.</summary>
        private static int Parts(SecureString token)
        {
            IntPtr copy = Marshal.SecureStringToGlobalAllocUnicode(token);
            char[] characters = new char[token.Length];
            try
            {
                Marshal.Copy(copy, characters, 0, characters.Length);
                int parts = characters.Length == 0 ? 0 : 1;
                foreach (char c in characters)
                {
                    if (c == '{' || c == '[' || c == '"' || c == '\'')
                    {
                        return 0;
                    }
                    parts += c == '.' ? 1 : 0;
                }
                return parts;
            }
            finally
            {
                Array.Clear(characters, 0, characters.Length);
                Marshal.ZeroFreeGlobalAllocUnicode(copy);
            }
        }
    }
}
