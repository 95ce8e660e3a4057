//! Rules about schemas.

rows! {
    TYPE_CHANGED "type-changed" Both Replaces
        "has a different type"
        sends "Values of the old type are rejected or misread."
        receives "Clients receive a type that they cannot read."
        example Schema "{type: string}" => "{type: integer}";
    TYPE_WIDENED "type-widened" Both Widens
        "allows more types"
        sends "Values of the old type are still accepted."
        receives "Clients may receive a type that they cannot read."
        example Schema "{type: integer}" => "{type: number}";
    TYPE_NARROWED "type-narrowed" Both Narrows
        "allows fewer types"
        sends "Values of a removed type are rejected."
        receives "Clients receive only known types."
        example Schema "{type: number}" => "{type: integer}";
    BECAME_NULLABLE "became-nullable" Both Widens
        "may now be null"
        sends "Values are still accepted."
        receives "Clients may receive null."
        example Schema "{type: string}" => "{type: string, nullable: true}";
    BECAME_NOT_NULLABLE "became-not-nullable" Both Narrows
        "may no longer be null"
        sends "Null is rejected."
        receives "Clients never receive null."
        example Schema "{type: string, nullable: true}" => "{type: string}";
    FORMAT_CHANGED "format-changed" Both Replaces
        "has a different format"
        sends "Values in the old format are rejected or misread."
        receives "Clients receive a format that they cannot read."
        example Schema "{type: string, format: date}" => "{type: string, format: date-time}";
    FORMAT_ADDED "format-added" Both Narrows
        "has a new format"
        sends "Values in another format are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: string}" => "{type: string, format: uuid}";
    FORMAT_REMOVED "format-removed" Both Widens
        "no longer has a format"
        sends "Values in the old format are still accepted."
        receives "Clients may receive values in another format."
        example Schema "{type: string, format: uuid}" => "{type: string}";
    FORMAT_WIDENED "format-widened" Both Widens
        "has a wider format"
        sends "Values in the old format are still accepted."
        receives "Clients may receive values that exceed the old format."
        example Schema "{type: integer, format: int32}" => "{type: integer, format: int64}";
    FORMAT_NARROWED "format-narrowed" Both Narrows
        "has a narrower format"
        sends "Values that exceed the new format are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: integer, format: int64}" => "{type: integer, format: int32}";
    BECAME_ENUM "became-enum" Both Narrows
        "is now restricted to an enum"
        sends "All other values are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: string}" => "{type: string, enum: [a, b]}";
    ENUM_REMOVED "enum-removed" Both Widens
        "is no longer restricted to an enum"
        sends "The listed values are still accepted."
        receives "Clients may receive an unknown value."
        example Schema "{type: string, enum: [a, b]}" => "{type: string}";
    ENUM_VALUE_ADDED "enum-value-added" Both Widens
        "has a new enum value"
        sends "The old values are still accepted."
        receives "Clients may receive an unknown value."
        example Schema "{type: string, enum: [a]}" => "{type: string, enum: [a, b]}";
    ENUM_VALUE_REMOVED "enum-value-removed" Both Narrows
        "loses an enum value"
        sends "The value is rejected."
        receives "Clients no longer receive the value."
        example Schema "{type: string, enum: [a, b]}" => "{type: string, enum: [a]}";
    ENUM_OPENED "enum-opened" Both Widens
        "is now an extensible enum"
        sends "The old values are still accepted."
        receives "Clients may receive an unknown value."
        example Schema "{type: string, enum: [a]}" => "{type: string, x-extensible-enum: [a]}";
    ENUM_CLOSED "enum-closed" Both Narrows
        "is no longer an extensible enum"
        sends "Unlisted values are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: string, x-extensible-enum: [a]}" => "{type: string, enum: [a]}";
    KNOWN_VALUE_ADDED "extensible-enum-value-added" Both Widens
        level Additive Additive because "The enum is extensible, so clients must handle unknown values."
        "has a new enum value"
        sends "The old values are still accepted."
        receives "Clients must handle unknown values, because the enum is extensible."
        example Schema "{type: string, x-extensible-enum: [a]}" => "{type: string, x-extensible-enum: [a, b]}";
    KNOWN_VALUE_REMOVED "extensible-enum-value-removed" Both Narrows
        "loses an enum value"
        sends "The value is rejected."
        receives "Clients no longer receive the value."
        example Schema "{type: string, x-extensible-enum: [a, b]}" => "{type: string, x-extensible-enum: [a]}";
    PATTERN_CHANGED "pattern-changed" Both Replaces
        "has a different pattern"
        sends "Values that match only the old pattern are rejected."
        receives "Clients may receive values that do not match the old pattern."
        example Schema "{type: string, pattern: '^a'}" => "{type: string, pattern: '^b'}";
    PATTERN_ADDED "pattern-added" Both Narrows
        "has a new pattern"
        sends "Values that do not match are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: string}" => "{type: string, pattern: '^a'}";
    PATTERN_REMOVED "pattern-removed" Both Widens
        "no longer has a pattern"
        sends "Values are still accepted."
        receives "Clients may receive values that do not match."
        example Schema "{type: string, pattern: '^a'}" => "{type: string}";
    BOUND_TIGHTENED "bound-tightened" Both Narrows
        "is tighter"
        sends "Values outside the new bound are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: string, maxLength: 9}" => "{type: string, maxLength: 8}";
    BOUND_LOOSENED "bound-loosened" Both Widens
        "is looser"
        sends "Values are still accepted."
        receives "Clients may receive values outside the old bound."
        example Schema "{type: string, maxLength: 8}" => "{type: string, maxLength: 9}";
    MULTIPLE_CHANGED "multiple-changed" Both Replaces
        "changes"
        sends "Multiples of the old number are rejected."
        receives "Clients may receive values that are not multiples of the old number."
        example Schema "{type: integer, multipleOf: 2}" => "{type: integer, multipleOf: 3}";
    PROPERTY_ADDED "property-added" Both Widens
        level Additive Additive because "An optional property need not be sent, and receivers ignore unknown properties."
        "is added"
        sends "Requests without it are still accepted."
        receives "Clients ignore unknown properties."
        example Schema "{type: object}" => "{type: object, properties: {a: {type: string}}}";
    REQUIRED_PROPERTY_ADDED "required-property-added" Both Narrows
        "is added as required"
        sends "Requests without it are rejected."
        receives "Clients ignore unknown properties."
        example Schema "{type: object}" => "{type: object, required: [a], properties: {a: {type: string}}}";
    PROPERTY_ADDED_TO_CLOSED "property-added-to-closed-object" Both Widens
        "is added to an object that did not allow it"
        sends "Requests without it are still accepted."
        receives "Clients that reject additional properties fail."
        example Schema "{type: object, additionalProperties: false}"
            => "{type: object, additionalProperties: false, properties: {a: {type: string}}}";
    PROPERTY_REMOVED "property-removed" Both Replaces
        "is removed"
        sends "Requests with it are rejected, or it is ignored."
        receives "Clients that read it no longer receive it."
        example Schema "{type: object, properties: {a: {type: string}}}" => "{type: object}";
    HIDDEN_PROPERTY_CHANGED "hidden-property-changed" Both Neutral
        "changes, but is never sent in this direction"
        sends "It is read-only, so clients never send it."
        receives "It is write-only, so clients never receive it."
        example Schema "{type: object, properties: {a: {type: string, readOnly: true, writeOnly: true}}}"
            => "{type: object, properties: {a: {type: integer, readOnly: true, writeOnly: true}}}";
    PROPERTY_BECAME_REQUIRED "property-became-required" Both Narrows
        "is now required"
        sends "Requests without it are rejected."
        receives "Clients always receive it."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, required: [a], properties: {a: {type: string}}}";
    PROPERTY_BECAME_OPTIONAL "property-became-optional" Both Widens
        "is no longer required"
        sends "Requests with it are still accepted."
        receives "Clients that rely on it may not receive it."
        example Schema "{type: object, required: [a], properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string}}}";
    BECAME_READ_ONLY "property-became-read-only" Both Narrows
        level Breaking Docs because "It is removed from requests and unchanged in responses."
        "is now read-only"
        sends "Requests with it are rejected, or it is ignored."
        receives "Clients still receive it."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string, readOnly: true}}}";
    BECAME_READ_WRITE "property-became-writable" Both Widens
        level Additive Docs because "It is added to requests and unchanged in responses."
        "is no longer read-only"
        sends "Clients may send it."
        receives "Clients still receive it."
        example Schema "{type: object, properties: {a: {type: string, readOnly: true}}}"
            => "{type: object, properties: {a: {type: string}}}";
    BECAME_WRITE_ONLY "property-became-write-only" Both Narrows
        level Docs Breaking because "It is removed from responses and unchanged in requests."
        "is now write-only"
        sends "Requests with it are still accepted."
        receives "Clients that read it no longer receive it."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string, writeOnly: true}}}";
    BECAME_READABLE "property-became-readable" Both Widens
        level Docs Additive because "It is added to responses and unchanged in requests."
        "is no longer write-only"
        sends "Requests with it are still accepted."
        receives "Clients ignore unknown properties."
        example Schema "{type: object, properties: {a: {type: string, writeOnly: true}}}"
            => "{type: object, properties: {a: {type: string}}}";
    ADDITIONAL_PROPERTIES_OPENED "additional-properties-opened" Both Widens
        "allows more additional properties"
        sends "Requests are still accepted."
        receives "Clients that reject additional properties fail."
        example Schema "{type: object, additionalProperties: false}" => "{type: object}";
    ADDITIONAL_PROPERTIES_CLOSED "additional-properties-closed" Both Narrows
        "allows fewer additional properties"
        sends "Requests with other properties are rejected."
        receives "Clients receive only properties that were possible before."
        example Schema "{type: object}" => "{type: object, additionalProperties: false}";
    PROPERTY_DEFAULT_CHANGED "property-default-changed" Both Replaces
        level Breaking Docs because "A default applies to requests without the property; responses contain it."
        "has a different default"
        sends "Requests without it change their meaning."
        receives "A default has no effect on received data."
        example Schema "{type: object, properties: {a: {type: integer, default: 1}}}"
            => "{type: object, properties: {a: {type: integer, default: 2}}}";
    DEFAULT_CHANGED "default-changed" Both Neutral
        level Additive Docs because "Requests without it are still accepted, but their meaning may change."
        "has a different default"
        sends "Requests without it may change their meaning."
        receives "A default has no effect on received data."
        example Schema "{type: integer, default: 1}" => "{type: integer, default: 2}";
    CONDITION_ADDED "condition-added" Both Narrows
        "has a new condition"
        sends "Values that do not meet it are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: string}" => "{type: string, not: {enum: [a]}}";
    CONDITION_REMOVED "condition-removed" Both Widens
        "loses a condition"
        sends "Values are still accepted."
        receives "Clients may receive values that do not meet the old condition."
        example Schema "{type: string, not: {enum: [a]}}" => "{type: string}";
    CONDITION_CHANGED "condition-changed" Both Replaces
        "has a different condition"
        sends "Values that meet only the old condition are rejected."
        receives "Clients may receive values that do not meet the old condition."
        example Schema "{type: string, not: {enum: [a]}}" => "{type: string, not: {enum: [b]}}";
    ALTERNATIVE_ADDED "alternative-added" Both Widens
        "has a new alternative"
        sends "The old alternatives are still accepted."
        receives "Clients may receive an unknown alternative."
        example Schema "{oneOf: [{type: string, maxLength: 9}, {type: boolean}]}"
            => "{oneOf: [{type: string, maxLength: 9}, {type: boolean}, {type: integer, minimum: 1}]}";
    ALTERNATIVE_REMOVED "alternative-removed" Both Narrows
        "loses an alternative"
        sends "The alternative is rejected."
        receives "Clients no longer receive the alternative."
        example Schema "{oneOf: [{type: string, maxLength: 9}, {type: boolean}, {type: integer, minimum: 1}]}"
            => "{oneOf: [{type: string, maxLength: 9}, {type: boolean}]}";
    ALTERNATIVE_REDUNDANT "alternative-redundant" Both Neutral
        "is added or removed, but another alternative covers it"
        sends "Values are still accepted."
        receives "Clients receive only values that were possible before."
        example Schema "{anyOf: [{type: string, maxLength: 9}, {type: number}]}"
            => "{anyOf: [{type: string, maxLength: 9}, {type: number}, {type: integer}]}";
    ALTERNATIVES_OVERLAP "alternatives-overlap" Both Replaces
        "has overlapping alternatives of which only one may match"
        sends "Values that match both alternatives are rejected."
        receives "Clients may receive an unknown alternative."
        example Schema "{oneOf: [{type: boolean}, {type: integer, minimum: 1}]}"
            => "{oneOf: [{type: boolean}, {type: integer, minimum: 1}, {type: number, minimum: 0}]}";
    BECAME_CHOICE "became-choice" Both Replaces
        "is now a choice of alternatives"
        sends "Values that match no alternative are rejected."
        receives "Clients may receive an unknown alternative."
        example Schema "{type: string}"
            => "{oneOf: [{type: boolean}, {type: integer, minimum: 1}]}";
    NO_LONGER_CHOICE "no-longer-choice" Both Replaces
        "is no longer a choice of alternatives"
        sends "Values of an old alternative are rejected."
        receives "Clients may receive values that match none of the old alternatives."
        example Schema "{oneOf: [{type: boolean}, {type: integer, minimum: 1}]}"
            => "{type: string}";
    CHOICE_ADDED "choice-added" Both Narrows
        "must now also match one of several alternatives"
        sends "Values that match no alternative are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}";
    CHOICE_REMOVED "choice-removed" Both Widens
        "need no longer match one of several alternatives"
        sends "Values are still accepted."
        receives "Clients may receive values that match none of the old alternatives."
        example Schema "{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}"
            => "{type: object, properties: {a: {type: string}}}";
    CHOICE_LOOSENED "choice-loosened" Both Widens
        "may now match several alternatives"
        sends "Values are still accepted."
        receives "Clients may receive values that match several alternatives."
        example Schema "{oneOf: [{type: integer}, {type: number, minimum: 9}]}"
            => "{anyOf: [{type: integer}, {type: number, minimum: 9}]}";
    CHOICE_TIGHTENED "choice-tightened" Both Narrows
        "must now match exactly one alternative"
        sends "Values that match several alternatives are rejected."
        receives "Clients receive only values that were possible before."
        example Schema "{anyOf: [{type: integer}, {type: number, minimum: 9}]}"
            => "{oneOf: [{type: integer}, {type: number, minimum: 9}]}";
    DISCRIMINATOR_ADDED "discriminator-added" Both Neutral
        "has a new discriminator"
        sends "Values are still accepted."
        receives "Clients receive the same values."
        example Schema "{oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}"
            => "{discriminator: {propertyName: k}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}";
    DISCRIMINATOR_REMOVED "discriminator-removed" Both Replaces
        "no longer has a discriminator"
        sends "Without the discriminator, values may be read as a different alternative."
        receives "Clients that use it fail."
        example Schema "{discriminator: {propertyName: k}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}"
            => "{oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}";
    DISCRIMINATOR_CHANGED "discriminator-changed" Both Replaces
        "has a different discriminator"
        sends "Values are read as a different alternative or rejected."
        receives "Clients that use it read values as a different alternative."
        example Schema "{discriminator: {propertyName: k}, type: object, properties: {k: {type: string}, j: {type: string}}}"
            => "{discriminator: {propertyName: j}, type: object, properties: {k: {type: string}, j: {type: string}}}";
    DISCRIMINATOR_VALUE_ADDED "discriminator-value-added" Both Widens
        level Additive Additive because "An added alternative is reported separately."
        "has a new discriminator value"
        sends "The old discriminator values are still accepted."
        receives "Only the value is new; an added alternative is reported separately."
        example Schema "{discriminator: {propertyName: k}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}"
            => "{discriminator: {propertyName: k, mapping: {a: A}}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}";
    SUBTYPE_ADDED "subtype-added" Both Widens
        "has a new subtype"
        sends "The old subtypes are still accepted."
        receives "Clients may receive an unknown subtype."
        example Schema "{discriminator: {propertyName: k}, type: object, properties: {k: {type: string}}}"
            => "{discriminator: {propertyName: k, mapping: {a: A}}, type: object, properties: {k: {type: string}}}";
    DISCRIMINATOR_VALUE_REMOVED "discriminator-value-removed" Both Narrows
        "loses a discriminator value"
        sends "Values with this discriminator value are rejected."
        receives "Clients no longer receive this discriminator value."
        example Schema "{discriminator: {propertyName: k, mapping: {a: A}}, type: object, properties: {k: {type: string}}}"
            => "{discriminator: {propertyName: k}, type: object, properties: {k: {type: string}}}";
    XML_CHANGED "xml-changed" Both Replaces
        "is serialized differently in XML"
        sends "XML that released clients send is misread or rejected."
        receives "Clients misread the XML."
        example Content "{application/xml: {schema: {type: object, properties: {a: {type: string}}}}}"
            => "{application/xml: {schema: {type: object, properties: {a: {type: string, xml: {attribute: true}}}}}}";
}
