//! Rules about schemas, wherever they are used.

rows! {
    TYPE_CHANGED "type-changed" Both Replaces
        "has another type"
        sends "A value of the former type is refused or misread."
        receives "The client receives a value of a type that it cannot read."
        example Schema "{type: string}" => "{type: integer}";
    TYPE_WIDENED "type-widened" Both Widens
        "allows more types"
        sends "Values of the former type are accepted as before."
        receives "The client may receive a value of a type that it cannot read."
        example Schema "{type: integer}" => "{type: number}";
    TYPE_NARROWED "type-narrowed" Both Narrows
        "allows fewer types"
        sends "A value of a type that is gone is refused."
        receives "The client receives types that it knows."
        example Schema "{type: number}" => "{type: integer}";
    BECAME_NULLABLE "became-nullable" Both Widens
        "can be null"
        sends "Values are accepted as before."
        receives "The client may receive null."
        example Schema "{type: string}" => "{type: string, nullable: true}";
    BECAME_NOT_NULLABLE "became-not-nullable" Both Narrows
        "can no longer be null"
        sends "Null is refused."
        receives "The client never receives null."
        example Schema "{type: string, nullable: true}" => "{type: string}";
    FORMAT_CHANGED "format-changed" Both Replaces
        "has another format"
        sends "A value in the former format is refused or misread."
        receives "The client receives a format that it cannot read."
        example Schema "{type: string, format: date}" => "{type: string, format: date-time}";
    FORMAT_ADDED "format-added" Both Narrows
        "has a format"
        sends "A value that is not in the format is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: string}" => "{type: string, format: uuid}";
    FORMAT_REMOVED "format-removed" Both Widens
        "has no format"
        sends "Values in the former format are accepted as before."
        receives "The client may receive a value that is not in the format."
        example Schema "{type: string, format: uuid}" => "{type: string}";
    FORMAT_WIDENED "format-widened" Both Widens
        "has a wider format"
        sends "Values in the former format are accepted as before."
        receives "The client may receive a value that does not fit the former format."
        example Schema "{type: integer, format: int32}" => "{type: integer, format: int64}";
    FORMAT_NARROWED "format-narrowed" Both Narrows
        "has a narrower format"
        sends "A value that fits only the former format is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: integer, format: int64}" => "{type: integer, format: int32}";
    BECAME_ENUM "became-enum" Both Narrows
        "is now one of a list of values"
        sends "Any other value is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: string}" => "{type: string, enum: [a, b]}";
    ENUM_REMOVED "enum-removed" Both Widens
        "is no longer one of a list of values"
        sends "The listed values are accepted as before."
        receives "The client may receive a value that it does not know."
        example Schema "{type: string, enum: [a, b]}" => "{type: string}";
    ENUM_VALUE_ADDED "enum-value-added" Both Widens
        "can have another value"
        sends "The former values are accepted as before."
        receives "The client may receive a value that it does not know."
        example Schema "{type: string, enum: [a]}" => "{type: string, enum: [a, b]}";
    ENUM_VALUE_REMOVED "enum-value-removed" Both Narrows
        "can no longer have a value"
        sends "The value is refused."
        receives "The client no longer receives the value."
        example Schema "{type: string, enum: [a, b]}" => "{type: string, enum: [a]}";
    ENUM_OPENED "enum-opened" Both Widens
        "is a list of values that may grow"
        sends "The former values are accepted as before."
        receives "The client may receive a value that it does not know."
        example Schema "{type: string, enum: [a]}" => "{type: string, x-extensible-enum: [a]}";
    ENUM_CLOSED "enum-closed" Both Narrows
        "is a list of values that no longer grows"
        sends "A value that is not listed is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: string, x-extensible-enum: [a]}" => "{type: string, enum: [a]}";
    KNOWN_VALUE_ADDED "extensible-enum-value-added" Both Widens
        level Additive Additive because "The list is marked as one that may grow, so clients must handle unknown values."
        "can have another value"
        sends "The former values are accepted as before."
        receives "The client handles unknown values, as the list is marked as one that may grow."
        example Schema "{type: string, x-extensible-enum: [a]}" => "{type: string, x-extensible-enum: [a, b]}";
    KNOWN_VALUE_REMOVED "extensible-enum-value-removed" Both Narrows
        "can no longer have a value"
        sends "The value is refused."
        receives "The client no longer receives the value."
        example Schema "{type: string, x-extensible-enum: [a, b]}" => "{type: string, x-extensible-enum: [a]}";
    PATTERN_CHANGED "pattern-changed" Both Replaces
        "has another pattern"
        sends "A value that matches only the former pattern is refused."
        receives "The client may receive a value that does not match the former pattern."
        example Schema "{type: string, pattern: '^a'}" => "{type: string, pattern: '^b'}";
    PATTERN_ADDED "pattern-added" Both Narrows
        "has a pattern"
        sends "A value that does not match is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: string}" => "{type: string, pattern: '^a'}";
    PATTERN_REMOVED "pattern-removed" Both Widens
        "has no pattern"
        sends "Values are accepted as before."
        receives "The client may receive a value that does not match."
        example Schema "{type: string, pattern: '^a'}" => "{type: string}";
    BOUND_TIGHTENED "bound-tightened" Both Narrows
        "is tighter"
        sends "A value outside the bound is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: string, maxLength: 9}" => "{type: string, maxLength: 8}";
    BOUND_LOOSENED "bound-loosened" Both Widens
        "is looser"
        sends "Values are accepted as before."
        receives "The client may receive a value outside the former bound."
        example Schema "{type: string, maxLength: 8}" => "{type: string, maxLength: 9}";
    MULTIPLE_CHANGED "multiple-changed" Both Replaces
        "changes"
        sends "A multiple of the former number is refused."
        receives "The client may receive a value that is no multiple of the former number."
        example Schema "{type: integer, multipleOf: 2}" => "{type: integer, multipleOf: 3}";
    PROPERTY_ADDED "property-added" Both Widens
        level Additive Additive because "Nobody has to send an optional property, and receivers ignore what they do not know."
        "is added"
        sends "Requests without it are accepted as before."
        receives "The client ignores properties that it does not know."
        example Schema "{type: object}" => "{type: object, properties: {a: {type: string}}}";
    REQUIRED_PROPERTY_ADDED "required-property-added" Both Narrows
        "is added, and is required"
        sends "A request without it is refused."
        receives "The client ignores properties that it does not know."
        example Schema "{type: object}" => "{type: object, required: [a], properties: {a: {type: string}}}";
    PROPERTY_ADDED_TO_CLOSED "property-added-to-closed-object" Both Widens
        "is added to an object that took no such property"
        sends "Requests without it are accepted as before."
        receives "A client that takes no other properties refuses it."
        example Schema "{type: object, additionalProperties: false}"
            => "{type: object, additionalProperties: false, properties: {a: {type: string}}}";
    PROPERTY_REMOVED "property-removed" Both Replaces
        "is removed"
        sends "A request with it is refused, or it has no effect."
        receives "A client that reads it finds nothing."
        example Schema "{type: object, properties: {a: {type: string}}}" => "{type: object}";
    HIDDEN_PROPERTY_CHANGED "hidden-property-changed" Both Neutral
        "changes, and never travels in this direction"
        sends "It is read-only, so nobody sends it."
        receives "It is write-only, so nobody receives it."
        example Schema "{type: object, properties: {a: {type: string, readOnly: true, writeOnly: true}}}"
            => "{type: object, properties: {a: {type: integer, readOnly: true, writeOnly: true}}}";
    PROPERTY_BECAME_REQUIRED "property-became-required" Both Narrows
        "is now required"
        sends "A request without it is refused."
        receives "It is always there."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, required: [a], properties: {a: {type: string}}}";
    PROPERTY_BECAME_OPTIONAL "property-became-optional" Both Widens
        "may be missing"
        sends "Requests with it are accepted as before."
        receives "A client that relies on it may find nothing."
        example Schema "{type: object, required: [a], properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string}}}";
    BECAME_READ_ONLY "property-became-read-only" Both Narrows
        level Breaking Docs because "It is gone from requests, and responses have it as before."
        "is now read-only"
        sends "A request with it is refused, or it has no effect."
        receives "The client receives it as before."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string, readOnly: true}}}";
    BECAME_READ_WRITE "property-became-writable" Both Widens
        level Additive Docs because "It is new in requests, and responses have it as before."
        "is no longer read-only"
        sends "The client may send it."
        receives "The client receives it as before."
        example Schema "{type: object, properties: {a: {type: string, readOnly: true}}}"
            => "{type: object, properties: {a: {type: string}}}";
    BECAME_WRITE_ONLY "property-became-write-only" Both Narrows
        level Docs Breaking because "It is gone from responses, and requests have it as before."
        "is now write-only"
        sends "Requests with it are accepted as before."
        receives "A client that reads it finds nothing."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string, writeOnly: true}}}";
    BECAME_READABLE "property-became-readable" Both Widens
        level Docs Additive because "It is new in responses, and requests have it as before."
        "is no longer write-only"
        sends "Requests with it are accepted as before."
        receives "The client ignores properties that it does not know."
        example Schema "{type: object, properties: {a: {type: string, writeOnly: true}}}"
            => "{type: object, properties: {a: {type: string}}}";
    ADDITIONAL_PROPERTIES_OPENED "additional-properties-opened" Both Widens
        "allows other properties"
        sends "Requests are accepted as before."
        receives "A client that takes no other properties refuses them."
        example Schema "{type: object, additionalProperties: false}" => "{type: object}";
    ADDITIONAL_PROPERTIES_CLOSED "additional-properties-closed" Both Narrows
        "allows fewer other properties"
        sends "A request with other properties is refused."
        receives "The client receives properties that it could receive before."
        example Schema "{type: object}" => "{type: object, additionalProperties: false}";
    PROPERTY_DEFAULT_CHANGED "property-default-changed" Both Replaces
        level Breaking Docs because "A default counts for requests that leave the property out; what is received is complete."
        "has another default"
        sends "A request that leaves it out means something else."
        receives "A default describes what is sent, not what is received."
        example Schema "{type: object, properties: {a: {type: integer, default: 1}}}"
            => "{type: object, properties: {a: {type: integer, default: 2}}}";
    DEFAULT_CHANGED "default-changed" Both Neutral
        level Additive Docs because "Requests that leave it out are accepted, but may mean something else."
        "has another default"
        sends "A request that leaves it out may mean something else."
        receives "A default describes what is sent, not what is received."
        example Schema "{type: integer, default: 1}" => "{type: integer, default: 2}";
    CONDITION_ADDED "condition-added" Both Narrows
        "must meet another condition"
        sends "A value that does not meet it is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: string}" => "{type: string, not: {enum: [a]}}";
    CONDITION_REMOVED "condition-removed" Both Widens
        "must meet one condition less"
        sends "Values are accepted as before."
        receives "The client may receive a value that did not meet the condition."
        example Schema "{type: string, not: {enum: [a]}}" => "{type: string}";
    CONDITION_CHANGED "condition-changed" Both Replaces
        "must meet another condition than before"
        sends "A value that meets only the former condition is refused."
        receives "The client may receive a value that did not meet the former condition."
        example Schema "{type: string, not: {enum: [a]}}" => "{type: string, not: {enum: [b]}}";
    ALTERNATIVE_ADDED "alternative-added" Both Widens
        "has another alternative"
        sends "The former alternatives are accepted as before."
        receives "The client may receive an alternative that it does not know."
        example Schema "{oneOf: [{type: string, maxLength: 9}, {type: boolean}]}"
            => "{oneOf: [{type: string, maxLength: 9}, {type: boolean}, {type: integer, minimum: 1}]}";
    ALTERNATIVE_REMOVED "alternative-removed" Both Narrows
        "has one alternative less"
        sends "The alternative is refused."
        receives "The client no longer receives the alternative."
        example Schema "{oneOf: [{type: string, maxLength: 9}, {type: boolean}, {type: integer, minimum: 1}]}"
            => "{oneOf: [{type: string, maxLength: 9}, {type: boolean}]}";
    ALTERNATIVE_REDUNDANT "alternative-redundant" Both Neutral
        "comes or goes, and another alternative covers it"
        sends "Values are accepted as before."
        receives "The client receives values that it could receive before."
        example Schema "{anyOf: [{type: string, maxLength: 9}, {type: number}]}"
            => "{anyOf: [{type: string, maxLength: 9}, {type: number}, {type: integer}]}";
    ALTERNATIVES_OVERLAP "alternatives-overlap" Both Replaces
        "has an alternative that overlaps with another, where only one may fit"
        sends "A value that fits both alternatives is refused."
        receives "The client may receive an alternative that it does not know."
        example Schema "{oneOf: [{type: boolean}, {type: integer, minimum: 1}]}"
            => "{oneOf: [{type: boolean}, {type: integer, minimum: 1}, {type: number, minimum: 0}]}";
    BECAME_CHOICE "became-choice" Both Replaces
        "is now a choice of alternatives"
        sends "A value that fits none of them is refused."
        receives "The client may receive an alternative that it does not know."
        example Schema "{type: string}"
            => "{oneOf: [{type: boolean}, {type: integer, minimum: 1}]}";
    NO_LONGER_CHOICE "no-longer-choice" Both Replaces
        "is no longer a choice of alternatives"
        sends "A value of a former alternative is refused."
        receives "The client receives a value that fitted none of the alternatives."
        example Schema "{oneOf: [{type: boolean}, {type: integer, minimum: 1}]}"
            => "{type: string}";
    CHOICE_ADDED "choice-added" Both Narrows
        "must fit one of several alternatives, too"
        sends "A value that fits none of them is refused."
        receives "The client receives values that it could receive before."
        example Schema "{type: object, properties: {a: {type: string}}}"
            => "{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}";
    CHOICE_REMOVED "choice-removed" Both Widens
        "need no longer fit one of several alternatives"
        sends "Values are accepted as before."
        receives "The client may receive a value that fitted none of the alternatives."
        example Schema "{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}"
            => "{type: object, properties: {a: {type: string}}}";
    CHOICE_LOOSENED "choice-loosened" Both Widens
        "may fit several alternatives, not just one"
        sends "Values are accepted as before."
        receives "The client may receive a value that fits several alternatives."
        example Schema "{oneOf: [{type: integer}, {type: number, minimum: 9}]}"
            => "{anyOf: [{type: integer}, {type: number, minimum: 9}]}";
    CHOICE_TIGHTENED "choice-tightened" Both Narrows
        "must fit exactly one alternative"
        sends "A value that fits several alternatives is refused."
        receives "The client receives values that it could receive before."
        example Schema "{anyOf: [{type: integer}, {type: number, minimum: 9}]}"
            => "{oneOf: [{type: integer}, {type: number, minimum: 9}]}";
    DISCRIMINATOR_ADDED "discriminator-added" Both Neutral
        "names the property that tells alternatives apart"
        sends "Values are accepted as before."
        receives "The client receives the same values."
        example Schema "{oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}"
            => "{discriminator: {propertyName: k}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}";
    DISCRIMINATOR_REMOVED "discriminator-removed" Both Replaces
        "no longer names the property that tells alternatives apart"
        sends "Without the discriminator, a value may be read as another alternative."
        receives "A client that decides by it fails."
        example Schema "{discriminator: {propertyName: k}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}"
            => "{oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}";
    DISCRIMINATOR_CHANGED "discriminator-changed" Both Replaces
        "tells alternatives apart in another way"
        sends "A value is taken for another alternative or refused."
        receives "A client that decides by it takes a value for another alternative."
        example Schema "{discriminator: {propertyName: k}, type: object, properties: {k: {type: string}, j: {type: string}}}"
            => "{discriminator: {propertyName: j}, type: object, properties: {k: {type: string}, j: {type: string}}}";
    DISCRIMINATOR_VALUE_ADDED "discriminator-value-added" Both Widens
        level Additive Additive because "An alternative that is new has a finding of its own."
        "has a name for another alternative"
        sends "The former names are accepted as before."
        receives "Only the name is new; a new alternative has a finding of its own."
        example Schema "{discriminator: {propertyName: k}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}"
            => "{discriminator: {propertyName: k, mapping: {a: A}}, oneOf: [{type: object, required: [k], properties: {k: {type: string}}}, {type: object, required: [j], properties: {j: {type: string}}}]}";
    SUBTYPE_ADDED "subtype-added" Both Widens
        "has another subtype"
        sends "The former subtypes are accepted as before."
        receives "The client may receive a subtype that it does not know."
        example Schema "{discriminator: {propertyName: k}, type: object, properties: {k: {type: string}}}"
            => "{discriminator: {propertyName: k, mapping: {a: A}}, type: object, properties: {k: {type: string}}}";
    DISCRIMINATOR_VALUE_REMOVED "discriminator-value-removed" Both Narrows
        "has no name for an alternative"
        sends "A value with the name is refused."
        receives "The client no longer receives the name."
        example Schema "{discriminator: {propertyName: k, mapping: {a: A}}, type: object, properties: {k: {type: string}}}"
            => "{discriminator: {propertyName: k}, type: object, properties: {k: {type: string}}}";
    XML_CHANGED "xml-changed" Both Replaces
        "is written in another way in XML"
        sends "XML as released clients write it is misread or refused."
        receives "XML is not written as the client reads it."
        example Content "{application/xml: {schema: {type: object, properties: {a: {type: string}}}}}"
            => "{application/xml: {schema: {type: object, properties: {a: {type: string, xml: {attribute: true}}}}}}";
}
