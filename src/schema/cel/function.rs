//! The functions of CEL and of Kubernetes' libraries, by name.

macro_rules! functions {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Function {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Function {
            /// The function of this name.
            pub(super) fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its name.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

functions! {
    // The standard definitions.
    Size = "size", Contains = "contains", StartsWith = "startsWith", EndsWith = "endsWith", Matches = "matches",
    Int = "int", UInt = "uint", Double = "double", String = "string", Bytes = "bytes", Bool = "bool", Dyn = "dyn",
    Type = "type", Timestamp = "timestamp", Duration = "duration",
    GetFullYear = "getFullYear", GetMonth = "getMonth", GetDayOfYear = "getDayOfYear", GetDayOfMonth = "getDayOfMonth",
    GetDate = "getDate", GetDayOfWeek = "getDayOfWeek", GetHours = "getHours", GetMinutes = "getMinutes",
    GetSeconds = "getSeconds", GetMilliseconds = "getMilliseconds",
    // Strings.
    CharAt = "charAt", IndexOf = "indexOf", LastIndexOf = "lastIndexOf", Join = "join", LowerAscii = "lowerAscii",
    UpperAscii = "upperAscii", Replace = "replace", Split = "split", Substring = "substring", Trim = "trim",
    Reverse = "reverse", Format = "format", Quote = "strings.quote", Find = "find", FindAll = "findAll",
    // Lists and sets.
    IsSorted = "isSorted", Sum = "sum", Min = "min", Max = "max", Slice = "slice", Flatten = "flatten",
    Distinct = "distinct", Sort = "sort", Range = "lists.range", SetsContains = "sets.contains",
    SetsEquivalent = "sets.equivalent", SetsIntersects = "sets.intersects",
    // Optional values.
    OptionalOf = "optional.of", OptionalNone = "optional.none", OptionalOfNonZero = "optional.ofNonZeroValue",
    HasValue = "hasValue", GetValue = "value", Or = "or", OrValue = "orValue",
    // Quantities and versions.
    Quantity = "quantity", IsQuantity = "isQuantity", IsInteger = "isInteger", AsInteger = "asInteger",
    AsApproximateFloat = "asApproximateFloat", Sign = "sign", Add = "add", Sub = "sub",
    IsGreaterThan = "isGreaterThan", IsLessThan = "isLessThan", CompareTo = "compareTo", Semver = "semver",
    IsSemver = "isSemver", Major = "major", Minor = "minor", Patch = "patch",
    // Addresses.
    Ip = "ip", IsIp = "isIP", IsCanonical = "ip.isCanonical", Family = "family", IsUnspecified = "isUnspecified",
    IsLoopback = "isLoopback", IsLinkLocalMulticast = "isLinkLocalMulticast",
    IsLinkLocalUnicast = "isLinkLocalUnicast", IsGlobalUnicast = "isGlobalUnicast", Cidr = "cidr", IsCidr = "isCIDR",
    ContainsIp = "containsIP", ContainsCidr = "containsCIDR", PrefixLength = "prefixLength", Masked = "masked",
    Url = "url", IsUrl = "isURL", GetScheme = "getScheme", GetHost = "getHost", GetHostname = "getHostname",
    GetPort = "getPort", GetEscapedPath = "getEscapedPath", GetQuery = "getQuery",
    // Named formats.
    NamedFormat = "format.named", Validate = "validate", Dns1123Label = "format.dns1123Label",
    Dns1123Subdomain = "format.dns1123Subdomain", Dns1035Label = "format.dns1035Label",
    QualifiedName = "format.qualifiedName", Dns1123LabelPrefix = "format.dns1123LabelPrefix",
    Dns1123SubdomainPrefix = "format.dns1123SubdomainPrefix", Dns1035LabelPrefix = "format.dns1035LabelPrefix",
    LabelValue = "format.labelValue", UriFormat = "format.uri", UuidFormat = "format.uuid", ByteFormat = "format.byte",
    DateFormat = "format.date", DateTimeFormat = "format.datetime",
}
