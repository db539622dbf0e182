"""What the figures beside a hit say of documents that one may not see."""

from pathlib import Path

from tests.support.app import running_app, settings_for


async def test_a_score_says_nothing_of_how_often_others_use_a_word(tmp_path: Path) -> None:
    """Rarity over all documents goes into the ranking; from exact scores one could compute it."""
    async with (
        running_app(settings_for(tmp_path)) as app,
        app.signed_in("ada") as ada,
        app.signed_in("ben") as ben,
    ):
        await ben.add_texts(
            [
                {
                    "external_id": "zebra",
                    "title": "Animals",
                    "text": "The zebra was seen near the river in the evening.",
                },
                {"external_id": "boat", "title": "Boats", "text": "A boat floats on the water of the lake at noon."},
                {
                    "external_id": "both",
                    "title": "Both",
                    "text": "From the boat one sees a zebra and many other animals.",
                },
            ]
        )
        await ben.wait_until_indexed(poll_seconds=0.05)

        async def told() -> dict[str, list[tuple[str, float, float]]]:
            return {
                group: [
                    (hit["external_id"], hit["score"], hit["similarity"])
                    for hit in await ben.search("zebra or boat", group=group)
                ]
                for group in ("document", "chunk")
            }

        before = await told()
        await ada.add_texts(
            [{"external_id": f"z{number}", "title": "Z", "text": f"Zebra number {number}."} for number in range(200)]
        )
        await ada.wait_until_indexed(poll_seconds=0.05)
        after = await told()
        for group, hits in before.items():
            assert [score for _, score, _ in after[group]] == [score for _, score, _ in hits]
            assert sorted((name, similarity) for name, _, similarity in after[group]) == sorted(
                (name, similarity) for name, _, similarity in hits
            )
            scores = [score for _, score, _ in hits]
            assert scores == sorted(scores, reverse=True)
            assert len(set(scores)) == len(scores) == 3
            assert all(round(similarity, 2) == similarity for _, _, similarity in hits)
