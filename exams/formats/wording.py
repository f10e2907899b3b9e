"""Cause and remedy of everything a report may say about an item; the gaps are filled from the report's `params`."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.exceptions import Text

Words = Mapping[str, tuple[Text, Text]]

FIELDS: Mapping[str, Text] = {
    "stem": _("Stem"),
    "option": _("Options"),
    "case": _("Case"),
    "explanation": _("Explanation"),
    "source": _("Source"),
    "theme": _("Theme"),
    "outline": _("Outline"),
    "specialties": _("Specialties"),
    "difficulty": _("Difficulty"),
}

REFUSED: Words = {
    "not_supported": (
        _("Questions of the type “%(type)s” are not taken."),
        _("Only choice, true/false and matching questions can be items: write it as one of them."),
    ),
    "no_stem": (_("The question itself is missing."), _("Write the question, or delete the item.")),
    "no_options": (_("No options were found."), _("Write each option after its letter: A. … B. …")),
    "many_options": (
        _("There are more than %(count)s options."),
        _("Keep the plausible ones, at most %(count)s."),
    ),
    "no_kind": (_("The type is missing."), _("Write A1, A2, B1, B2, X or true/false.")),
    "kind_unknown": (
        _("“%(text)s” is no type of item."),
        _("Write A1, A2, B1, B2, X or true/false."),
    ),
    "key_unreadable": (
        _("The key “%(text)s” cannot be read."),
        _("Write only letters, such as C or ABD; for true/false write T or F."),
    ),
    "text_long": (
        _("%(field)s: more than %(count)s characters."),
        _("Is the end of the item missing, so that the next ones were read into it? Mend or shorten it."),
    ),
    "braces": (
        _("The braces around the answers do not close, or stand twice."),
        _("One { and one } per question; where a brace is part of the text, write a backslash before it."),
    ),
    "no_pair": (
        _("A pair of the matching question has no “->”."),
        _("Write each pair as =question -> answer."),
    ),
    "group_apart": (
        _("The rows of the group “%(group)s” do not stand together."),
        _("Put them one below the other, or give the second group a name of its own."),
    ),
    "group_options": (
        _("The rows of the group “%(group)s” have different options."),
        _("Write the shared options once, in the first row of the group."),
    ),
    "group_mixed": (
        _("The rows of the group “%(group)s” differ in type."),
        _("A group is either B1 or B2 as a whole."),
    ),
    "kind_of_office": (
        _("True/false items are written by the national office."),
        _("Write it as another type, or leave it out."),
    ),
    "not_written": (
        _("The group has no question that this format can carry."),
        _("Give each stem exactly one key and export again; the .xlsx file carries it as it is."),
    ),
}

REDUCED: Words = {
    "image": (_("A picture was left out."), _("Say in words what it shows, or do without the item.")),
    "media": (_("Sound, film or another embedded object was left out."), _("Say it in words.")),
    "file": (_("The attached file “%(name)s” was left out."), _("Say in words what is needed of it.")),
    "table": (_("A table became lines of text."), _("Check that it can still be understood.")),
    "link": (_("The address behind a link was left out."), _("Write it out where it matters.")),
    "formula": (_("A formula became plain characters."), _("Check that it still says the same.")),
    "footnote": (_("A footnote was left out."), _("Write what matters into the text.")),
    "deleted": (
        _("Text marked as deleted was left out."),
        _("Accept or reject the tracked changes and upload it again if that is wrong."),
    ),
    "partial_credit": (
        _("Part marks were dropped: %(labels)s."),
        _("An item counts in full or not at all; check the key."),
    ),
    "hints": (
        _("Hints for further tries were dropped."),
        _("Write what matters of them into the explanation."),
    ),
    "combined": (
        _("The feedback for right, partly right or wrong answers was dropped: “%(text)s”"),
        _("Write what matters of it into the explanation."),
    ),
    "tags": (
        _("Tags without a place here were dropped: %(names)s"),
        _("Nothing to do if they do not matter."),
    ),
    "difficulty_unread": (
        _("The difficulty “%(text)s” is none of 1 to 5; 3 was taken."),
        _("Write a number from 1 to 5."),
    ),
    "code_unusable": (
        _("The code “%(text)s” cannot be kept; the item gets a new one."),
        _("A code has letters, digits, - and _, at most 80 of them (60 for a group)."),
    ),
    "code_twice": (
        _("The code “%(text)s” stands at an earlier item of the file; this one gets a new one."),
        _("Give each item a code of its own, or none."),
    ),
    "place_unknown": (
        _("%(field)s “%(text)s” is none of the year's and was left out."),
        _("Choose it on the item's form after it is taken in, or correct it and upload it again."),
    ),
    "options_dropped": (
        _("A true/false item has no options; those written were dropped."),
        _("Check the type of the item."),
    ),
    "options_merged": (
        _("The options %(labels)s say the same and are written once."),
        _("Make them differ and export again."),
    ),
    "stem_lost": (
        _("Stem %(number)s has not exactly one key and is not written."),
        _("Give each stem exactly one key and export again; the .xlsx file carries it as it is."),
    ),
    "relabeled": (
        _("The options are not lettered A, B, C …; this format letters them anew."),
        _("Compare the key when the file is read again."),
    ),
    "group_field": (
        _("%(field)s differs within the group “%(group)s”; that of the first row was taken."),
        _("A group has one of it; divide the group if that is wrong."),
    ),
    "group_name": (
        _("Only B1 and B2 items stand in groups; the group “%(group)s” was dropped."),
        _("Check the type of the item."),
    ),
    "arrow": (
        _("“->” inside a question became “→”."),
        _("This format keeps “->” for itself; nothing to do if → is fine."),
    ),
    "unkeyed": (
        _("The item has no key that this format can mark."),
        _("Moodle does not take such a question: write its key and export again."),
    ),
}

NOTICES: Words = {
    "kind_assumed": (
        _("The type is not named; it was taken as %(kind)s."),
        _("Change it where that is wrong."),
    ),
    "feedback_moved": (
        _("Feedback of single answers was added to the explanation."),
        _("Read the explanation once more."),
    ),
    "fixed_order": (
        _("The file asks to keep the options in order; in the exam they are shuffled."),
        _("Let no option refer to another."),
    ),
    "blank": (
        _("The answers stood inside the sentence; ____ marks the place."),
        _("Read the question once more."),
    ),
    "case_split": (
        _("Everything before the last sentence was taken as the case."),
        _("Check where the case ends and the question begins."),
    ),
    "key_in_stem": (_("The key was taken from the brackets in the question."), _("Check the key.")),
    "stray": (
        _("Text that belongs to no item was left out: “%(text)s”"),
        _("Number the question it belongs to; nothing to do if it is a title."),
    ),
    "key_list": (
        _("The list of answers names number %(number)s, which is not the number of exactly one item."),
        _("Number the items throughout, or write each answer below its item."),
    ),
}

WORDS: Words = {**REFUSED, **REDUCED, **NOTICES}
